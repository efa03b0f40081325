use onramp_histories::Code;

/// What a finding about a history says, and what to do about it.
pub(super) fn text(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::SeveralHeads => {
            ("nothing decides which of several entries is the last one", "put one on top of the other")
        }
        Code::DuplicateId => (
            "two entries have one id, so a tool runs one of them or none",
            "give one of them an id of its own",
        ),
        Code::MissingParent => (
            "an entry follows one that does not exist",
            "correct what it follows, or bring the lost entry back",
        ),
        Code::Circle => (
            "entries follow one another in a circle, so none of them is the first",
            "correct what one of them follows",
        ),
        Code::MissingInclude => {
            ("a changelog includes what is not there", "correct the path, or bring the file back")
        }
        Code::OutsideInclude => {
            ("a changelog includes what was not looked at", "name the folder that it lies in, too")
        }
        Code::Gap => (
            "a number of a sequence is left out: a file may be lost",
            "bring it back, or number the rest anew where nothing was released",
        ),
        Code::MissingTwin => (
            "a dialect lacks what another one has",
            "write it for that dialect, too, or declare that one alone needs it",
        ),
        Code::LikelyTwin => ("two dialects have the same under two names", "give both one name"),
        Code::LaterStart => ("a dialect begins later than the others", "nothing, where that is meant"),
        Code::Unpaired => (
            "two dialects have neither ids nor names in common, so nobody can pair them",
            "declare pairs, or give twins one name",
        ),
        Code::EmptyDown => (
            "what leads back does nothing, and a tool takes the entry for reverted",
            "write the way back, or say that there is none",
        ),
        Code::MissingDown => {
            ("nothing leads back, where it does elsewhere in the history", "write the way back")
        }
        Code::Irreversible => ("somebody has said that nothing leads back", "nothing, where that is meant"),
        Code::MissingUp => (
            "what leads back belongs to nothing that leads up",
            "bring the other file back, or take this one away",
        ),
        Code::PairNames => ("what leads up and what leads back are called differently", "give both one name"),
        Code::EmptyUp => ("what leads up does nothing", "write it, or take the entry away"),
        Code::Marks => (
            "a mark in a file is not understood, so its tool takes other parts than are meant",
            "correct the mark",
        ),
        Code::IdInName => ("a file is called after another id than its own", "give it the name of its id"),
        Code::NumberWidth => (
            "a number is written in another width than the others, which changes the order of names",
            "write it as wide as the others",
        ),
        Code::Separator => (
            "number and name are separated in another way than in the others",
            "separate them in the same way",
        ),
        Code::NameCase => ("a name is written in another case than the others", "write it in the same case"),
        Code::NameOrder => (
            "by their names the entries have another order than by their numbers",
            "write the numbers in one width",
        ),
        Code::FutureTime => (
            "a time is still to come, so what is written until then comes before it",
            "give it the time at which it was written",
        ),
        Code::InvalidTime => ("a number looks like a time and is none", "correct it"),
        Code::Stray => (
            "a file looks like a part of the history and is none, so no tool runs it",
            "give it a name that its tool takes, or take it away",
        ),
        Code::Manifest => ("manifest and files do not agree", "let the tool write the manifest anew"),
        Code::Metadata => ("metadata and script do not agree", "let the tool write the metadata anew"),
        Code::ReleasedEdited => (
            "a released file has another content: where it was applied, nobody gets the change",
            "take the change back, and make it in a new entry",
        ),
        Code::ReleasedRemoved => ("a released file is gone, and databases know it", "bring it back"),
        Code::ReleasedRenamed => (
            "a released file has another name, and databases know it under the old one",
            "give it its old name back",
        ),
        Code::ReleasedLineEnds => (
            "a released file has other line ends, or a byte order mark more or less, which changes checksums",
            "restore its bytes, and fix line ends in .gitattributes",
        ),
        Code::ReleasedMoved => {
            ("the whole folder lay elsewhere when it was released", "nothing, where that is meant")
        }
        Code::AddedBefore => (
            "a new entry comes before released ones, so databases get it in another order or never",
            "give it a number behind them",
        ),
        Code::ByteOrderMark => (
            "a file begins with a byte order mark, which some tools hand to the server",
            "save it without one",
        ),
        Code::NotUtf8 => ("a file is no UTF-8, so tools read different texts in it", "save it as UTF-8"),
        Code::TooLong => ("a file is too long to be read as a whole, so not all was looked at", "split it"),
        Code::Unreadable => {
            ("a file or folder could not be read, so it was not looked at", "make it readable")
        }
        Code::UpFails => ("on a server, what leads up fails", "mend it: what the server says is told"),
        Code::DownFails => ("on a server, what leads back fails", "mend it: what the server says is told"),
        Code::DownElsewhere => (
            "on a server, what leads back does not lead to where it came from",
            "take back all that leads up, and nothing else",
        ),
        Code::SnapshotDiffers => (
            "a file with the whole schema says something else than the history",
            "write it anew from the history",
        ),
        Code::SchemasDiffer => ("two dialects lead to different schemas", "write what the one lacks"),
        Code::StaleDeclaration => (
            "a difference of two dialects is declared, and they differ in it no more",
            "take the declaration out",
        ),
        Code::NotReplayed => (
            "on a server it could not be tried, for a reason that is not its own",
            "look at it by hand, or give the server what it lacks",
        ),
        Code::StandIn => (
            "on a server, something was made for it that it counts on, such as a role, or left out, such as an extension",
            "nothing, if it is meant; what is left out is not tried",
        ),
    }
}

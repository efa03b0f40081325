//! The words of SQL, and where its statements begin and end, in either dialect. What is no SQL comes out as something, and
//! nothing here fails. Whatever the text is, the time that it takes grows with its length alone.

mod comments;
mod nesting;
mod scanner;
mod split;
mod token;

pub use comments::line_comments;
pub use scanner::tokens;
pub use split::{Piece, PieceKind, split};
pub use token::{Token, TokenKind};

mod globs;
mod translate;

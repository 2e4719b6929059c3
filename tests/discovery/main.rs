//! What is found in a tree, and what git says of it.

mod git;
mod trees;

//! What must hold of the whole; everything is in the tests beside this file.

// Content in another file, which the attribute does not see.

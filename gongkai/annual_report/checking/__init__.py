"""A published annual report read and checked: what is wrong, line by line, with the rule."""

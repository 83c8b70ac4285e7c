"""Words and numbers as Chinese offices write them. Plain Python, no Django, no input or output."""

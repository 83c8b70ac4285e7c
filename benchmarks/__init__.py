"""What the house's work costs beside the same done by hand or by others. What reads files without a database runs as the embedded product does."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.settings.embedded")

"""Who reads how the site is used: whoever works here. It names nobody."""

from gongkai.accounts.permissions import allow
from gongkai.accounts.roles import WORKERS

allow("visits.page", "view", office=WORKERS, label="网站访问")

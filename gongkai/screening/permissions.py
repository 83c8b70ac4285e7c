"""Who may screen, leave a finding, and keep the list of wording."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import WORKERS, Role

name_verbs(dismiss="忽略筛查结果", put_in_force="启用")

allow("screening.draft", "view", office=WORKERS, label="试查")
allow("screening.draft", "dismiss", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
allow("screening.terms", "view", office=WORKERS, label="用语表")
allow("screening.terms", "import", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow("screening.terms", "put_in_force", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))

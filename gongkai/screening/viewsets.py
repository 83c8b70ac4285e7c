"""The register of leaders."""

from gongkai.registers.register import Fieldset, Register, register

from .models import Leader

leaders = register(Register(
    slug="leaders", model=Leader, thing="screening.leader", group="publishing", icon="group",
    columns=("name", "title", "rank", "from_on", "until_on"),
    fieldsets=(
        Fieldset("职务", ("name", "title", "rank"), help="一人任过几个职务的，每个职务登记一条。"),
        Fieldset("任期", ("from_on", "until_on", "source")),
        Fieldset("承办", ("section", "remarks")),
    ),
    date_field="from_on", search=("name", "title"), filters=("section",), ordering=("rank", "from_on"), related=("section",),
    natural_key=("name", "title", "from_on"),
    description="筛查文稿时核对领导的姓名、职务、排序和任期。",
))  # fmt: skip

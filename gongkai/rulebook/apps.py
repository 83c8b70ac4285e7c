from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "gongkai.rulebook"
    label = "rulebook"
    verbose_name = "规则与日历"

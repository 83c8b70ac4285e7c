from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "gongkai.screening"
    label = "screening"
    verbose_name = "内容筛查"

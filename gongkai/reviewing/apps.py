from django.apps import AppConfig


class ReviewingConfig(AppConfig):
    name = "gongkai.reviewing"
    label = "reviewing"
    verbose_name = "审核"

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "gongkai.exchange"
    label = "exchange"
    verbose_name = "表格交换"

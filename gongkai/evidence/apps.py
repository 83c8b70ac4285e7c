from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


def hold_what_is_frozen(sender, using: str, **kwargs) -> None:
    """Frozen rows never change, and the database refuses to delete a record a frozen account rests on."""
    from gongkai.audit.triggers import forbid, tables

    from .models import Record

    if sender is not [config for config in apps.get_app_configs() if config.models_module][-1]:
        return  # wait until the tables of every app are there
    there = tables(using)
    if "evidence_frozenrow" not in there:
        return

    for table in ("evidence_frozenvalue", "evidence_frozenrow"):
        forbid(using, table, "UPDATE", "冻结账不可修改")
    for table in ("evidence_frozenaccount", "evidence_frozenvalue", "evidence_frozenrow"):
        forbid(using, table, "DELETE", "冻结账不可删除")
    forbid(using, "evidence_frozenaccount", "UPDATE", "冻结账不可修改", when="OLD.digest <> ''")
    for model in apps.get_models():
        if issubclass(model, Record) and model._meta.managed and not model._meta.proxy and model._meta.db_table in there:
            forbid(
                using, model._meta.db_table, "DELETE", f"该{model._meta.verbose_name}是冻结账的依据，不能删除",
                when=f"EXISTS (SELECT 1 FROM evidence_frozenrow WHERE kind = '{model._meta.label}' AND record_id = OLD.id)",  # noqa: S608  (names from our own models)
            )


class EvidenceConfig(AppConfig):
    name = "gongkai.evidence"
    label = "evidence"
    verbose_name = "证据"

    def ready(self) -> None:
        # Sent for the last app migrated as well, when every table a trigger stands on exists.
        post_migrate.connect(hold_what_is_frozen, dispatch_uid="evidence.triggers")

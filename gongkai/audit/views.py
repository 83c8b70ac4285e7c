"""The log as people read it. Asks the person's posts through `user.may`, since this room stands below accounts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect
from django.views.generic import TemplateView

from gongkai.text.asked import number_in

from . import verbs
from .forms import LogFilter
from .models import Entry, Seal
from .queries import told, verify

PER_PAGE = 50

#: Names of the rooms whose verbs stand in the log, for the drop-down.
ROOMS = {
    "accounts": "人员与登录", "registers": "登记簿", "files": "文件", "evidence": "冻结", "rulebook": "规则与日历", "ledger": "台账",
    "foi": "依申请公开", "publishing": "信息发布", "documents": "政策文件", "consultation": "征求意见", "concerns": "社会关切",
    "events": "宣讲活动", "benefits": "惠企政策", "guides": "办事指南", "accountability": "履责监督", "inspection": "检查问题",
    "audit": "审计", "reviewing": "审核", "screening": "内容筛查", "channels": "发布渠道", "search": "公开检索", "jobs": "后台任务", "sitebuild": "网站生成", "demo": "演示",
}  # fmt: skip


class Log(TemplateView):
    """审计日志: newest first, by pages of rows older than the last one shown, so that its length costs nothing."""

    template_name = "audit/desk/log.html"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.may("audit.log", "view"):
            raise PermissionDenied("审计日志只向审计管理员开放。")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        office_id = self.request.user.office_id
        form = LogFilter(verb_choices(), self.request.GET or None)
        if form.is_bound:
            form.is_valid()
        found = form.apply(Entry.objects.filter(Q(office_id=office_id) | Q(office_id=None)).select_related("seal")).order_by("-id")
        before = number_in(self.request.GET.get("before"))
        if before is not None:
            found = found.filter(pk__lt=before)
        rows = list(found[: PER_PAGE + 1])
        last_seal = Seal.objects.order_by("-number").first()
        return super().get_context_data(
            title="审计日志", form=form, trail=[told(entry) for entry in rows[:PER_PAGE]], older=rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
            paged=before is not None, sealed=last_seal.number if last_seal else 0, unsealed=Entry.objects.filter(seal=None).count(),
            may_verify=self.request.user.may("audit.log", "verify"), **kwargs,
        )  # fmt: skip

    def post(self, request):
        if not request.user.may("audit.log", "verify"):
            raise PermissionDenied("只有审计管理员可以校验审计日志。")
        result = verify()
        tail = f"另有{result.unsealed}条尚未封签" if result.unsealed else "没有未封签的记录"
        if result.sound:
            messages.success(request, f"校验通过：{result.links}枚封签首尾相接，{tail}。链首摘要{result.head[:16]}…")
        else:
            messages.error(request, f"校验发现{len(result.faults)}处问题：{'；'.join(result.faults[:5])}。请立即报告机关负责人。")
        return redirect("audit_log")


def verb_choices() -> list[tuple[str, str]]:
    """Rooms first, each followed by its verbs with the facts left out of their sentences."""
    found: list[tuple[str, str]] = []
    for key, sentence in verbs.all_verbs().items():
        room = key.split(".")[0]
        if (f"{room}.", ROOMS.get(room, "其他")) not in found:
            found.append((f"{room}.", ROOMS.get(room, "其他")))
        found.append((key, f"　{plain(sentence)}"))
    return found


def plain(sentence: str) -> str:
    """A verb's sentence without its facts: 登记{what}：{label} becomes 登记……"""
    out, depth = [], 0
    for letter in sentence:
        depth += letter == "{"
        if not depth:
            out.append(letter)
        elif letter == "{":
            out.append("…")
        depth -= letter == "}"
    return "".join(out)[:24]

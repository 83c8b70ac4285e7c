from django.urls import path, reverse_lazy
from wagtail import hooks
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature

from gongkai.accounts.wagtail_hooks import Allowed

from . import views


@hooks.register("register_admin_urls")
def urls():
    return [
        path("columns/", views.Columns.as_view(), name="publishing_columns"),
        path("columns/add/", views.AddColumn.as_view(), name="publishing_column_add"),
        path("columns/catalogue/", views.Catalogue.as_view(), name="publishing_catalogue"),
        path("columns/<int:pk>/", views.EditColumn.as_view(), name="publishing_column"),
        path("articles/from-word/", views.FromWord.as_view(), name="publishing_from_word"),
        path("<slug:slug>/autosave/", views.KeepTyped.as_view(), name="publishing_autosave_new"),
        path("<slug:slug>/<int:pk>/autosave/", views.KeepTyped.as_view(), name="publishing_autosave"),
        path("<slug:slug>/<int:pk>/from-word/", views.BodyFromWord.as_view(), name="publishing_body_from_word"),
        path("<slug:slug>/<int:pk>/notes/", views.Notes.as_view(), name="publishing_notes"),
        path("articles/link/", views.Link.as_view(), name="publishing_link"),
        path("<slug:slug>/<int:pk>/preview/", views.Preview.as_view(), name="publishing_preview"),
        path("<slug:slug>/<int:pk>/versions/", views.Versions.as_view(), name="publishing_versions"),
        path("<slug:slug>/<int:pk>/attribute/", views.Weigh.as_view(), name="publishing_attribute"),
        path("<slug:slug>/<int:pk>/lock/", views.Lock.as_view(), name="publishing_lock"),
        path("<slug:slug>/<int:pk>/number/", views.Number.as_view(), name="publishing_number"),
        path("materials/<slug:sha256>/", views.MaterialFile.as_view(), name="publishing_material"),
    ]


@hooks.register("register_admin_menu_item")
def columns():
    return Allowed("栏目", "publishing_columns", "publishing.column", icon_name="list-ul", order=295)


@hooks.register("register_admin_menu_item")
def catalogue():
    return Allowed("主动公开目录", "publishing_catalogue", "publishing.column", icon_name="list-ol", order=296)


@hooks.register("register_rich_text_features", order=100)
def link(features):
    """Links lead to an address: this product has none of Wagtail's pages to choose from."""
    chooser = reverse_lazy("publishing_link")
    features.register_editor_plugin("draftail", "link", EntityFeature(
        {
            "type": "LINK", "icon": "link", "description": "链接", "attributes": ["url"],
            "allowlist": {"href": "^(https?:|mailto:|tel:|/|#|undefined$)"},
            "chooserUrls": {name: chooser for name in ("pageChooser", "externalLinkChooser", "emailLinkChooser", "phoneLinkChooser", "anchorLinkChooser")},
        },
        js=["wagtailadmin/js/page-chooser-modal.js"],
    ))  # fmt: skip

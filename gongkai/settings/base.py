"""The product: what holds on every installation."""

from pathlib import Path

from . import env

ROOT = Path(__file__).resolve().parents[2]
HOME = env.folder("GONGKAI_HOME", ROOT / "var")

DEBUG = False
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
ROOT_URLCONF = "gongkai.urls_desk"
WSGI_APPLICATION = "gongkai.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

ROOMS = [
    "gongkai.audit",
    "gongkai.accounts",
    "gongkai.rulebook",
    "gongkai.jobs",
    "gongkai.files",
    "gongkai.exchange",
    "gongkai.evidence",
    "gongkai.ui",
    "gongkai.registers",
    "gongkai.screening",
    "gongkai.letters",
    "gongkai.reviewing",
    "gongkai.publishing",
    "gongkai.channels",
    "gongkai.documents",
    "gongkai.benefits",
    "gongkai.consultation",
    "gongkai.events",
    "gongkai.concerns",
    "gongkai.guides",
    "gongkai.accountability",
    "gongkai.foi",
    "gongkai.ledger",
    "gongkai.annual_report",
    "gongkai.inspection",
    "gongkai.visits",
    "gongkai.search",
    "gongkai.sitebuild",
    "gongkai.api",
    "gongkai.desk",
    "gongkai.demo",
]
INSTALLED_APPS = [
    # Ours first: our templates and translations win over Wagtail's.
    *ROOMS,
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]


MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "gongkai.audit.middleware.RequestSource",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gongkai.accounts.middleware.IdleTimeout",  # says why at the door, so it stands below the messages
    "gongkai.accounts.middleware.Doorway",
    "gongkai.ui.middleware.PlainText",
    "gongkai.ui.middleware.StockScreens",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["gongkai.ui.templatetags.gongkai_ui"],
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL", HOME)}

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "gongkai.accounts.backends.PostBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "gongkai.accounts.passwords.ThreeKinds"},
]
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = False  # Wagtail's own scripts read it.

# Five wrong passwords lock the account from that address for half an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/desk/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
TIME_ZONE = "Asia/Shanghai"
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai"]
USE_I18N = True
USE_TZ = True
# Ours wins over Wagtail's and Django's own catalogues.
LOCALE_PATHS = [ROOT / "gongkai" / "ui" / "locale"]
FORMAT_MODULE_PATH = "gongkai.ui.formats"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "media"
MEDIA_URL = "/media/"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

WAGTAIL_SITE_NAME = "公开"
WAGTAILADMIN_BASE_URL = env.text("BASE_URL", "http://localhost:8000")
# These three call hosts abroad.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_UNICODE_SLUGS = True

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # Wagtail's draggable panels and its sidebar set element styles from script.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}

# What every answer of the public site carries, whether nginx, the embedded server or a live view gives it. nginx's own
# copy is docs/operating/nginx/headers.conf; a test compares them.
PUBLIC_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# The live part of the public site: no session, no account, no cookie.
PUBLIC_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "gongkai.sitebuild.serving.PublicHeaders",
    "django.middleware.common.CommonMiddleware",
    "gongkai.audit.middleware.RequestSource",
    "gongkai.ui.middleware.PlainText",
]
# Queue a run of the site builder whenever something is published, besides the one every minute.
SITE_FOLLOWS_AT_ONCE = env.yes("SITE_FOLLOWS_AT_ONCE", True)
# The address of the proxy in front, which is believed about the visitor's. Without it every visitor has the proxy's address.
TRUSTED_PROXY = env.text("TRUSTED_PROXY", "")
# Addresses that many visitors share (a service hall's terminals, a village behind one line): what one address may do in a while is wider there.
SHARED_ADDRESSES = env.networks("SHARED_ADDRESSES")
# Where clamd listens, “unix:/path” or “host:port”; blank: uploads are checked by content alone, and pages say so.
CLAMD = env.text("CLAMD", "")
# Logs of visits written by another server (the format is in docs/operating/nginx/http.conf), several divided by commas.
VISIT_LOGS = env.listed("VISIT_LOGS")

# How long a desk may stand idle before it asks for the password again, in seconds.
IDLE_SECONDS = env.whole("IDLE_SECONDS", 30 * 60)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

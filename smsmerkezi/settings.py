"""Settings. Everything that differs between installations is an environment variable: docs/settings.md."""

import sys
import warnings
from pathlib import Path

from csp.constants import NONE, SELF

from smsmerkezi import env, scope

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG", default=False)
ENVIRONMENT = env.text("ENVIRONMENT", "production")
SECRET_KEY = env.text("SECRET_KEY")
SECRETS_KEYS = env.words("SECRETS_KEYS")
if not SECRETS_KEYS:
    name = "SECRETS_KEYS"
    raise env.BadSetting(name, "needs at least one Fernet key for credentials at rest")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SECURE = SITE_URL.startswith("https://")
TRUSTED_PROXIES = int(env.number("TRUSTED_PROXIES", 0))

INSTALLED_APPS = [
    "smsmerkezi.backoffice.apps.BackofficeConfig",  # Django's admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "lucide",
    "csp",
    "django_rq",
    "django_otp",
    "smsmerkezi.apps.GroundConfig",
    "tenants",
    "messaging.files",
    "messaging.hours",
    "messaging.contacts",
    "messaging.senders",
    "messaging.sms",
    "messaging.campaigns",
    "messaging.reports",
    "billing",
    "gateways",
]

MIDDLEWARE = [
    "smsmerkezi.scope.Scope",
    "smsmerkezi.requests.RequestIds",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "smsmerkezi.panel.middleware.Policy",
    "smsmerkezi.panel.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "smsmerkezi.panel.uploads.Uploads",
    "smsmerkezi.panel.middleware.Csrf",
    "smsmerkezi.panel.middleware.Users",
    "smsmerkezi.panel.middleware.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "smsmerkezi.panel.middleware.Htmx",
    "smsmerkezi.panel.language.LanguageMiddleware",
    "smsmerkezi.panel.presence.Presence",
]
ROOT_URLCONF = "smsmerkezi.urls"
WSGI_APPLICATION = "smsmerkezi.wsgi.application"
APPEND_SLASH = False  # contract A1: a path with a slash at its end does not exist

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "smsmerkezi.panel.context.shell",
                "billing.panel.balance",
                "tenants.panel_bell.bell",
            ],
        },
    },
]

# The time limits keep a frozen process from holding rows for ever (send-protocol §3.4). Milliseconds.
DATABASE_LIMITS = {
    "lock_timeout": 5000,
    "idle_in_transaction_session_timeout": 5000,
    "statement_timeout": 60000,
}
DATABASES = {
    "default": {
        "ENGINE": "smsmerkezi.postgres",
        **env.database("DATABASE_URL"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "connect_timeout": 5,
            "prepare_threshold": 5,  # without it Django forbids preparing, also where smsmerkezi.database asks for it
            "application_name": "smsmerkezi",
            "options": " ".join(f"-c {name}={value}" for name, value in DATABASE_LIMITS.items())
            + f" -c jit=off -c synchronous_commit=on {scope.OPTION}",
        },
        "TEST": {"NAME": env.text("TEST_DATABASE", "test_smsmerkezi")},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
RQ_CONNECTION = {
    "URL": REDIS_URL,
    "DEFAULT_TIMEOUT": 600,
    "DEFAULT_RESULT_TTL": 0,
    "REDIS_CLIENT_KWARGS": {"socket_connect_timeout": 1, "socket_keepalive": True},
}
RQ_QUEUES = dict.fromkeys(("otp", "sms", "dlr", "webhooks", "bulk", "files", "default"), RQ_CONNECTION)
RQ = {"COMMIT_MODE": "on_db_commit", "SERIALIZER": "rq.serializers.JSONSerializer"}

AUTH_USER_MODEL = "tenants.User"
SILENCED_SYSTEM_CHECKS = [
    "auth.E003"
]  # e-mail is unique without regard to case: a constraint the check cannot see
LOGIN_URL = "/giris"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_NAME = "__Host-oturum" if SECURE else "oturum"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "smsmerkezi.panel.errors.csrf_failure"
SECURE_SSL_REDIRECT = False  # an API that is redirected to https has already sent its token in the clear
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
if SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SILENCED_SYSTEM_CHECKS += ["security.W008"]  # see SECURE_SSL_REDIRECT
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {  # design/ui.md §2.6: nothing inline, nothing from elsewhere
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

LANGUAGE_CODE = "tr"
LANGUAGES = [("tr", "Türkçe"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "smsmerkezi" / "locale"]
TIME_ZONE = "Europe/Istanbul"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or "pytest" in sys.modules or not STATIC_ROOT.exists()
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()
WHITENOISE_AUTOREFRESH = "pytest" in sys.modules  # each test's client would list every file anew: 30 ms
warnings.filterwarnings("ignore", "No directory at")  # nothing collected yet: served from the source
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

MAIL_DIR = env.text("MAIL_DIR", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if MAIL_DIR else 'smtp'}.EmailBackend"
EMAIL_FILE_PATH = MAIL_DIR or None
EMAIL_HOST = env.text("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = int(env.number("EMAIL_PORT", 25))
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10  # seconds for each word of the mail server; tenants.mail.LEASE is for all of them
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "SMS Merkezi <bilgi@smsmerkezi.net>")

AUDIT_ANCHOR = env.path("AUDIT_ANCHOR")  # where the heads of the trail's chains are written down

# The gate before the web (smsmerkezi/gate.py): requests at once, each with database connections, and requests in line.
WEB_SEATS = int(env.number("WEB_SEATS", 4, minimum=1))
WEB_LINE = int(env.number("WEB_LINE", 128, minimum=0))

# Limits of the doors (contract A4) and sizes above which a body is not read.
RATE_LIMITS = {
    "api": env.rate("RATE_LIMIT_API", "60/min"),
    "sms-send": env.rate("RATE_LIMIT_SMS_SEND", "30/min"),
    "auth": env.rate("RATE_LIMIT_AUTH", "30/min"),
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024**2  # a document is on no disk in the clear

# The send protocol (send-protocol §3.4): seconds. LEASE must exceed the gateways' time limit and a margin.
SEND_TIMEOUT = env.number("SEND_TIMEOUT", 10, minimum=0.1)
SEND_LEASE = env.number("SEND_LEASE", 60, minimum=0.5)
SEND_QUIET = env.number("SEND_QUIET", 900, minimum=0)
SEND_MARGIN = env.number("SEND_MARGIN", 2, minimum=0)
REPORT_INTERVAL = env.number("REPORT_INTERVAL", 5, minimum=0.1)
if SEND_LEASE <= SEND_TIMEOUT + SEND_MARGIN:
    name = "SEND_LEASE"
    raise env.BadSetting(name, "must be longer than SEND_TIMEOUT + SEND_MARGIN")
SEND_THREADS = int(env.number("SEND_THREADS", 16, minimum=1))
SIMULATOR_URL = env.text("SIMULATOR_URL", "")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["smsmerkezi.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["smsmerkezi.api.permissions.Allowed"],
    "DEFAULT_RENDERER_CLASSES": ["smsmerkezi.api.codec.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["smsmerkezi.api.codec.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "smsmerkezi.api.schema.Schema",
    "EXCEPTION_HANDLER": "smsmerkezi.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "SMS Merkezi API",
    "VERSION": "v1",
    "DESCRIPTION": "Toplu SMS gönderimi, raporlama ve bakiye.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "OAS_VERSION": "3.1.1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/v1",
    "SERVERS": [{"url": "/"}],
    "SORT_OPERATIONS": False,  # the contract's order
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "smsmerkezi.api.schema.complete",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "BulkStatus": "messaging.campaigns.api_rows.STATUSES",
        "InvitationState": "tenants.models.Invitation.State",
        "MessageStatus": "messaging.sms.words.STATUSES",
        "MessageEncoding": "messaging.sms.api_schema.ENCODINGS",
        "TemplateEncoding": "messaging.sms.templates.ENCODINGS",
        "SenderIdStatus": "messaging.senders.api_schema.STATUSES",
        "GatewayState": "gateways.models.GatewayAccount.State",
        "Role": "tenants.access.ROLES",
        "TeamRole": "tenants.team.ROLES",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "smsmerkezi.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "WARNING"},
        "rq": {"level": "WARNING"},
        "rq.worker": {"level": "WARNING"},
    },
}

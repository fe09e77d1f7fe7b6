"""All settings, read from the environment; the table of variables is in README.md."""

import os
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from luoxuan.core.logs import JsonFormatter

REPOSITORY = Path(__file__).resolve().parent.parent


def _is_on(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def _database(url: str, home: Path) -> dict[str, object]:
    """Return Django's connection settings of ``url``; SQLite in the data folder if empty."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(home / "luoxuan.sqlite3"),
            # DEFERRED transactions that read before they write lose to "database is locked".
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                # Longer than that nobody waits: the answer is then to try again (core.busy).
                "timeout": 10,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("LUOXUAN_DATABASE_URL must begin with postgres://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


LUOXUAN_HOME = Path(os.environ.get("LUOXUAN_HOME") or REPOSITORY / "var").resolve()
LUOXUAN_WAREHOUSE = Path(os.environ.get("LUOXUAN_WAREHOUSE") or LUOXUAN_HOME / "warehouse")
LUOXUAN_ENGINE = os.environ.get("LUOXUAN_ENGINE") or "duckdb"
# None lets the engine take every core; results do not depend on it (tests run 1, 2 and 4).
LUOXUAN_THREADS = int(os.environ["LUOXUAN_THREADS"]) if os.environ.get("LUOXUAN_THREADS") else None
LUOXUAN_MEMORY_LIMIT = os.environ.get("LUOXUAN_MEMORY_LIMIT") or "1GB"
LUOXUAN_UPLOAD_BYTES = 50 * 1024 * 1024
# Sources may read files below these folders, and connect to inner networks only if named here.
LUOXUAN_INBOX = [
    Path(folder)
    for folder in (os.environ.get("LUOXUAN_INBOX") or str(LUOXUAN_HOME / "inbox")).split(":")
]
LUOXUAN_OUTGOING = [
    ip_network(network.strip())
    for network in os.environ.get("LUOXUAN_OUTGOING", "").split(",")
    if network.strip()
]

# No default: the start command of the demonstration makes a key of its own in the data folder.
SECRET_KEY = os.environ.get("LUOXUAN_SECRET_KEY", "")
DEBUG = _is_on("LUOXUAN_DEBUG")
ALLOWED_HOSTS = [
    host for host in os.environ.get("LUOXUAN_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host
]
# Behind a TLS proxy every cookie is secure and plain requests are redirected.
LUOXUAN_TLS = _is_on("LUOXUAN_TLS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "luoxuan.core",
    "luoxuan.campus",
    "luoxuan.data",
    "luoxuan.indicators",
    "luoxuan.goals",
    "luoxuan.improvement",
    "luoxuan.monitoring",
    "luoxuan.diagnosis",
    "luoxuan.reports",
    "luoxuan.portal",
]
MIDDLEWARE = [
    "luoxuan.core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "luoxuan.core.middleware.PageCompressionMiddleware",
    "luoxuan.core.middleware.ContentSecurityPolicyMiddleware",
    "luoxuan.core.read_only.ReadOnlyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "luoxuan.core.middleware.LanguageMiddleware",
    "luoxuan.core.middleware.OnceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "luoxuan.portal.api.middleware.ApiMiddleware",
    "luoxuan.campus.guard.GuardMiddleware",
]
ROOT_URLCONF = "luoxuan.urls"
WSGI_APPLICATION = "luoxuan.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "luoxuan.portal.context.shell",
            ]
        },
    }
]

DATABASES = {"default": _database(os.environ.get("LUOXUAN_DATABASE_URL", ""), LUOXUAN_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS: list[str] = []

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["luoxuan.core.authentication.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "portal:login"
LOGIN_REDIRECT_URL = "portal:home"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = LUOXUAN_TLS
SECURE_HSTS_SECONDS = 31536000 if LUOXUAN_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = LUOXUAN_TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if LUOXUAN_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [REPOSITORY / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = LUOXUAN_HOME / "static"
# `luoxuan serve` collects the static files with hashed names; until then they lie as they are.
IS_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() and not DEBUG
LUOXUAN_STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": LUOXUAN_STATIC_STORAGE
        if IS_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_COLLECTED
MEDIA_ROOT = LUOXUAN_HOME / "uploads"
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# A filling grid sends each cell; Django would stop at 1000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LUOXUAN_LOG_LEVEL", "WARNING")},
    "loggers": {"luoxuan": {"level": os.environ.get("LUOXUAN_LOG_LEVEL", "INFO")}},
}

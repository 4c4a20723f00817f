"""The site's settings: one file, read from the environment.

With no `DATABASE_URL` the site is local: the embedded PostgreSQL, plain http on loopback. With one it is a
deployment: the URLs of both roles, `SECRET_KEY` and `ALLOWED_HOSTS` must be given, and cookies need https.
"""

from pathlib import Path

import pghistory
from csp.constants import NONE, SELF
from environs import Env

from advisors import embedded_postgres

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

DEBUG = env.bool("DEBUG", default=False)
LOCAL = not env.str("DATABASE_URL", default="")
HTTPS = env.bool("HTTPS", default=not LOCAL)


def _list_keys() -> list[str]:
    """Account numbers and documents are encrypted with the first, and read with any: the newest key comes first."""
    keys: list[str] = env.list("FIELD_KEYS", default=[])
    return [key.strip() for key in keys if key.strip()]


if LOCAL:
    _urls = embedded_postgres.read_urls()
    DATABASE_SITE = env.dj_db_url("-", default=_urls.site)
    DATABASE_OWNER = env.dj_db_url("-", default=_urls.owner)
    _secret_key_file = BASE_DIR / "var" / "secret_key"
    SECRET_KEY = env.str("SECRET_KEY", default="") or _secret_key_file.read_text().strip()
    _field_key_file = BASE_DIR / "var" / "field_key"
    FIELD_KEYS = _list_keys() or [_field_key_file.read_text().strip()]
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
else:
    DATABASE_SITE = env.dj_db_url("DATABASE_URL")
    DATABASE_OWNER = env.dj_db_url("DATABASE_OWNER_URL", default=env.str("DATABASE_URL"))
    SECRET_KEY = env.str("SECRET_KEY")
    FIELD_KEYS = _list_keys()
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")

# Only a change of schema runs as the tables' owner; the site itself never does.
_as_owner = env.str("AFTERTAX_DATABASE_ROLE", default="site") == "owner"
DATABASES = {"default": (DATABASE_OWNER if _as_owner else DATABASE_SITE) | {"CONN_MAX_AGE": 300}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "rollovers",
    "clients",
    "advisors",
    "allauth",
    "allauth.account",
    "django_htmx",
    "pghistory",
    "pgtrigger",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "advisors.middleware.refuse_unstorable_text",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "advisors.middleware.keep_private",
    "advisors.middleware.scope_to_firm",
]

ROOT_URLCONF = "advisors.urls"
WSGI_APPLICATION = "advisors.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["clients.templatetags.writing"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "advisors.sample.offer_sample_sign_in",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# --- Who signs in ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "advisors.Advisor"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
ACCOUNT_ADAPTER = "advisors.sign_in.FirmAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="aftertax@localhost")

# Sign-in limits count across processes, so their cache is the database.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "advisors_cache"},
}

# Letters by the hundred are issued by `manage.py db_worker`, out of a queue that the database holds.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- What a browser may do ------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- What is kept ---------------------------------------------------------------------------------------
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "advisors.stylesheets.StylesheetFinder",
]
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="America/New_York")
USE_THOUSAND_SEPARATOR = False

# --- What is logged: who and what happened, never an amount, a name or an account number -------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {name: {"level": "ERROR"} for name in ("weasyprint", "weasyprint.progress", "fontTools")},
}

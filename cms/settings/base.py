"""Settings that every way of running shares. The environment is explained in .env.example."""

from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import dj_database_url
from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from django.utils.crypto import salted_hmac
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from dotenv import load_dotenv

from cms import PROJECT_ROOT, logs
from cms.settings import environment as env

load_dotenv(PROJECT_ROOT / ".env")

BASE_DIR = PROJECT_ROOT
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))

SECRET_KEY = env.text("SECRET_KEY")
# Signs the sums that the check against programs sets. Lazy: settings above this one choose the secret.
ALTCHA_HMAC_KEY = SimpleLazyObject(lambda: salted_hmac("diwan.captcha", "key").hexdigest())
DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")

INSTALLED_APPS = [
    "cms",
    "cms.jobs",
    "service_requests",
    "services_catalog",
    "services_catalog.organisations",
    "services_catalog.registries",
    "services_catalog.processes",
    "forms_builder",
    "home.front",
    "home.accounts",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail_modeladmin",
    "wagtail.embeds",
    "wagtail.sites",
    "home.accounts.apps.PeopleInTheAdmin",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "formtools",
    "import_export",
    "simple_history",
    "django_rq",
    "django_altcha",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "cms.health.HealthMiddleware",
    "cms.requestid.RequestIdMiddleware",
    "cms.once.OnceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.security.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.security.LanguageMiddleware",
    "cms.security.OwnPagesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "home.accounts.sessions.LastSeenMiddleware",
    "home.accounts.second_factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "services_catalog.doors.RefusalInWords",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'diwan.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue instead of failing half-way through a transaction.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"

# Who may come in (home.accounts).
# Wagtail's own log-in pages are shadowed in cms.urls, so that every door has the same limits.
AUTHENTICATION_BACKENDS = ["home.accounts.sign_in.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "full_name", "identity_number", "email", "mobile"]},
    },
    {"NAME": "home.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_profile"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
WAGTAIL_PASSWORD_RESET_ENABLED = False

ACCOUNT_ADAPTER = "home.accounts.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["email", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
# The session ends with the browser; on a shared computer nobody stays signed in.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "home.accounts.forms.SignInForm",
    "reset_password": "home.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "home.accounts.forms.NewPasswordForm",
    "change_password": "home.accounts.forms.ChangePasswordForm",
    "set_password": "home.accounts.forms.FirstPasswordForm",
    "reauthenticate": "home.accounts.code_forms.PasswordAgainForm",
}
# Whoever may enter the desk shows a second factor first (home.accounts.second_factor). Off for demonstrations.
STAFF_SECOND_FACTOR = True
MFA_ADAPTER = "home.accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "home.accounts.code_forms.AuthenticateForm",
    "reauthenticate": "home.accounts.code_forms.ReauthenticateForm",
    "activate_totp": "home.accounts.code_forms.ActivateForm",
    "deactivate_totp": "home.accounts.code_forms.DeactivateForm",
    "generate_recovery_codes": "home.accounts.code_forms.RecoveryCodesForm",
}
# A clock that is half a minute wrong is not the person's fault.
MFA_TOTP_TOLERANCE = 1
# Counted per account (key), per address (ip) and per person (user).
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,100/h/ip,5/5m/key",
    "signup": "10/10m/ip",
    "reset_password": "10/10m/ip,3/10m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "5/m/user",
    "national_sign_in": "60/m/ip",
    "invite_delegate": "20/h/user",
    # Of no account: whether a document is genuine (service_requests.citizen.verifying).
    "verify_document": "30/m/ip,300/h/ip",
    # Of no account either: where a request stands, by network and by number (citizen.inquiring), and whether a page
    # helped, by page and network (feedback.voting).
    "inquiry": "10/10m/ip,40/d/ip,5/h/key,15/d/key",
    "page_helpful": "20/h/ip,3/d/key",
}
# Of a public inquiry: how many questions that fit nothing are answered within an hour, whoever asks.
INQUIRY_MISSES_PER_HOUR = env.number("INQUIRY_MISSES_PER_HOUR", 1_000)
# Codes by text message (home.accounts.codes): how many, in how many seconds. A window begins with its first code.
# Behind one address of a mobile network there may be thousands of people.
CODE_BUDGETS = {
    "phone": [(1, 60), (5, 60 * 60), (10, 24 * 60 * 60)],
    "network": [(60, 60 * 60), (300, 24 * 60 * 60)],
    "all": [(env.number("SMS_CODES_PER_HOUR", 1_000), 60 * 60), (env.number("SMS_CODES_PER_DAY", 5_000), 24 * 60 * 60)],
}
# Links that prove an e-mail address (home.accounts.email_proof): so many for one account, in so many seconds.
LINK_BUDGETS = [(5, 60 * 60), (10, 24 * 60 * 60)]
# Sums in words, answered where the check against programs cannot run: a program could answer them, so there are few
# (docs/decisions/0023). For each purpose: to ask where a request stands, and to apply without an account.
ANSWER_BUDGETS = {
    "network": [(5, 60 * 60), (15, 24 * 60 * 60)],
    "all": [(100, 60 * 60), (600, 24 * 60 * 60)],
}
# ISO 3166: to whose mobiles codes are sent; others would cost the body dearly, and fraudsters earn by them.
SMS_COUNTRIES = env.words("SMS_COUNTRIES", "SA,AE,BH,KW,OM,QA,JO,EG")
# Proxies of ours in front of the portal: so many addresses at the end of X-Forwarded-For are true.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

# The national sign-in (home.accounts.national): an OpenID provider; off while no issuer is named.
NATIONAL_SIGN_IN = {
    "issuer": env.text("NATIONAL_ISSUER"),
    "client_id": env.text("NATIONAL_CLIENT_ID"),
    "client_secret": env.text("NATIONAL_CLIENT_SECRET"),
    "client_auth": env.text("NATIONAL_CLIENT_AUTH", "client_secret_basic"),
    "scope": env.text("NATIONAL_SCOPE", "openid profile phone email"),
    # The assurance level that is asked for; what was reached is kept.
    "acr": env.text("NATIONAL_ACR"),
    # Which claim of the provider is what. An empty name: the provider does not say.
    "claims": {
        "identity_type": "identity_type",
        "identity_number": "identity_number",
        "full_name": "name",
        "mobile": "phone_number",
        "mobile_verified": "phone_number_verified",
        "email": "email",
        "email_verified": "email_verified",
        "assurance": "acr",
    }
    | env.pairs("NATIONAL_CLAIMS"),
}
# A page with sample people instead of a provider: only where all people are samples.
NATIONAL_STAND_IN = False
# Seconds that a provider may take for an answer; the person is told then.
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

# In the database: a restart, a second process or a flushed Redis forgets no failed attempt.
CACHES = {
    "default": {
        "BACKEND": "home.accounts.throttle.CounterCache",
        "LOCATION": "accounts_throttle_counter",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # Which sessions this process has noted lately (home.accounts.sessions).
    "seen": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "seen",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # Drawn pages and menus, kept per edition of the site (services_catalog.editions).
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1_000}},
}

# What a page may load. No inline script or style, nothing from another server; a nonce only where a
# template asks for one.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        # The check against programs works in the background, in a script it makes itself.
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Wagtail's pages still carry inline scripts and styles; its preview shows a page in a frame.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}
SECURE_REFERRER_POLICY = "same-origin"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
# A working day: long enough for a form with a pause, over before the next morning.
SESSION_COOKIE_AGE = 9 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# Whether anybody may read the outbox page, numbers included: only where all people are samples.
OUTBOX_FOR_EVERYONE = False
# Keeps what was typed into a step whose page had grown stale.
CSRF_FAILURE_VIEW = "service_requests.citizen.refusals.csrf_failure"

# ISO 3166: whose mobiles and identity numbers an account has unless it says otherwise.
HOME_COUNTRY = env.text("HOME_COUNTRY", "SA").upper()

LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", _("Arabic")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = [("ar", "العربية"), ("en", "English")]
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["cms.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "Asia/Riyadh")
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# What citizens upload: never under MEDIA_ROOT, never served by the web server.
PRIVATE_ROOT = DATA_DIR / "private"

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

REDIS_URL = env.text("REDIS_URL")
# Installations that share one Redis must not take each other's jobs.
JOBS_QUEUE = env.text("JOBS_QUEUE", "diwan")
# django-rq: connections of workers, and `manage.py rqstats`, `rqsuspend`, `rqresume` for whoever operates them.
# A worker is to be told at once that Redis is away.
RQ_QUEUES = {JOBS_QUEUE: {"URL": env.with_option(REDIS_URL, "socket_connect_timeout=2")}} if REDIS_URL else {}
# What the embedded server accepts in one request: several files at their limits, and the form around them.
MAX_REQUEST_BYTES = env.number("MAX_REQUEST_MEGABYTES", 200) * 1024 * 1024

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "diwan@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Text messages (cms.gateways): who takes them, and in which words. Without an address none is sent.
SMS_GATEWAY: dict[str, Any] = {
    "URL": env.text("SMS_GATEWAY_URL"),
    "METHOD": env.text("SMS_GATEWAY_METHOD", "POST").upper(),
    "FORMAT": env.text("SMS_GATEWAY_FORMAT", "json").lower(),
    "HEADERS": env.text("SMS_GATEWAY_HEADERS"),
    "BODY": env.text("SMS_GATEWAY_BODY"),
    "ACCEPTED": env.text("SMS_GATEWAY_ACCEPTED"),
    "ID_PATH": env.text("SMS_GATEWAY_ID_PATH"),
    "SENDER": env.text("SMS_GATEWAY_SENDER"),
    "SECONDS": env.number("SMS_GATEWAY_SECONDS", 10),
    "REPORT_SECRET": env.text("SMS_GATEWAY_REPORT_SECRET"),
}
# Chats of staff that notices go to (apprise): address by the key of an organisation; "*" for every other.
NOTICE_CHATS = env.mapping("NOTICE_CHATS")

LOGGING = logs.settings(as_json=False)

# Places and UTC: names such as “localtime”, which some machines list too, stop the script of the settings page.
WAGTAIL_USER_TIME_ZONES = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
WAGTAIL_SITE_NAME = "ديوان"
WAGTAILADMIN_BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000")
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILLOCALIZE_MACHINE_TRANSLATOR = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}}

# A form of 300 fields is 7,721 inputs in the editor.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# Whether `manage.py demo` may make accounts with a password that everyone knows.
DEMO_ACCOUNTS = False

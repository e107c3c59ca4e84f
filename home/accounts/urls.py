"""/{lang}/account/… : only the pages of allauth that are in use, under the names it knows them by."""

from allauth.account import views as stock
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from home.accounts import by_code, email_pages, sessions, views
from home.accounts.establishments import views as establishments
from home.accounts.national import views as national

urlpatterns = [
    path("", views.ProfileView.as_view(), name="account_profile"),
    path("details/", views.DetailsView.as_view(), name="account_details"),
    path("establishments/", establishments.establishments, name="account_establishments"),
    path("establishments/<uuid:public_id>/", establishments.establishment, name="account_establishment"),
    path("establishments/<uuid:public_id>/end/", establishments.end_delegation, name="account_end_delegation"),
    path("invitations/<uuid:public_id>/", establishments.answer_invitation, name="account_answer_invitation"),
    path("invitations/<uuid:public_id>/withdraw/", establishments.withdraw_invitation, name="account_withdraw"),
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", stock.logout, name="account_logout"),
    path("login/code/", by_code.ComeInView.as_view(), name="account_login_code"),
    path("login/code/confirm/", by_code.ComeInCodeView.as_view(), name="account_login_code_confirm"),
    path("signup/", by_code.RegistrationView.as_view(), name="account_signup"),
    path("signup/code/", by_code.RegistrationCodeView.as_view(), name="account_signup_code"),
    path("signup/mobile/", by_code.RegistrationMobileView.as_view(), name="account_signup_mobile"),
    path("email/link/", email_pages.SendLinkView.as_view(), name="account_email_link"),
    path("email/<slug:uidb36>/<slug:key>/", email_pages.ConfirmEmailView.as_view(), name="account_email_confirm"),
    path("mobile/", by_code.MobileView.as_view(), name="account_mobile"),
    path("mobile/code/", by_code.MobileCodeView.as_view(), name="account_mobile_code"),
    path("sessions/", sessions.SessionsView.as_view(), name="account_sessions"),
    path("password/renew/", by_code.RenewView.as_view(), name="account_renew_password"),
    path("password/renew/code/", by_code.RenewCodeView.as_view(), name="account_renew_password_code"),
    path("password/renew/new/", by_code.RenewedPasswordView.as_view(), name="account_renew_password_new"),
    path("national/", national.OutView.as_view(), name="national_sign_in"),
    path("national/needed/", national.NeededView.as_view(), name="national_needed"),
    path("national/callback/", national.BackView.as_view(), name="national_callback"),
    path("national/stand-in/", national.StandInView.as_view(), name="national_stand_in"),
    path("inactive/", stock.account_inactive, name="account_inactive"),
    path("password/change/", stock.password_change, name="account_change_password"),
    path("password/set/", stock.password_set, name="account_set_password"),
    path("password/reset/", stock.password_reset, name="account_reset_password"),
    path("password/reset/done/", stock.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        stock.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        stock.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("confirm/", stock.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", factor.index, name="mfa_index"),
    path("second-factor/code/", factor.authenticate, name="mfa_authenticate"),
    path("second-factor/confirm/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/recovery-codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/recovery-codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]

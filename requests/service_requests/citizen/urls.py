"""/{language}/requests/…"""

from django.urls import path

from service_requests.citizen import account, following, objecting, papers, rating, reading, views
from service_requests.citizen.correcting import correct

app_name = "my_requests"

urlpatterns = [
    path("", account.request_list, name="list"),
    path("read/", reading.read_all, name="read_all"),
    path("follow/", following.follow, name="follow"),
    path("follow/code/", following.follow_code, name="follow_code"),
    path("drafts/<uuid:public_id>/discard/", views.discard_draft, name="discard"),
    path("files/<uuid:public_id>/", views.file, name="file"),
    path("<uuid:public_id>/", views.detail, name="detail"),
    path("<uuid:public_id>/summary.pdf", views.summary_document, name="summary"),
    path("papers/<uuid:public_id>/", papers.paper, name="paper"),
    path("<uuid:public_id>/received/", views.received, name="received"),
    path("<uuid:public_id>/correct/", correct, name="correct"),
    path("<uuid:public_id>/object/", objecting.object_to_answer, name="object"),
    path("<uuid:public_id>/rate/", rating.rate_service, name="rate"),
    path("<uuid:public_id>/reply/", views.reply, name="reply"),
    path("<uuid:public_id>/read/", reading.read, name="read"),
    path("<uuid:public_id>/cancel/", views.cancel, name="cancel"),
]

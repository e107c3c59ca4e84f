"""Every model of this app, for Django to find; each lives in the folder of its subject."""

from service_requests.appointments.models import AppointmentCalendar, Booking, Slot
from service_requests.casework.models import (
    AmountLine,
    AskedDocument,
    Correction,
    DocumentCheck,
    Finding,
    Inspection,
    InternalNote,
    MessageTemplate,
    SavedFilter,
)
from service_requests.documents.models import DocumentTemplate, IssuedDocument
from service_requests.exchange.models import ImportRun
from service_requests.feedback.models import PageVote, Rating
from service_requests.notices.models import Notice, NoticeChannels, NoticeText
from service_requests.notices.staff import StaffNotice
from service_requests.records.models import Attachment, Message, Reading, ServiceRequest
from service_requests.wizard.models import Draft, DraftUpload, Stash
from service_requests.wizard.preview.models import Preview
from service_requests.workflow.runs.models import BulkRefusal, BulkRun

__all__ = [
    "AmountLine",
    "AppointmentCalendar",
    "AskedDocument",
    "Attachment",
    "Booking",
    "BulkRefusal",
    "BulkRun",
    "Correction",
    "DocumentCheck",
    "DocumentTemplate",
    "Draft",
    "DraftUpload",
    "Finding",
    "ImportRun",
    "Inspection",
    "InternalNote",
    "IssuedDocument",
    "Message",
    "MessageTemplate",
    "Notice",
    "NoticeChannels",
    "NoticeText",
    "PageVote",
    "Preview",
    "Rating",
    "Reading",
    "SavedFilter",
    "ServiceRequest",
    "Slot",
    "StaffNotice",
    "Stash",
]

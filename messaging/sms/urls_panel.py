from django.urls import path

from messaging.sms import panel, panel_contact, panel_send, panel_templates

urlpatterns = [
    path("kisiler/<str:raw_id>/mesajlar", panel_contact.Messages.as_view(), name="panel-contact-messages"),
    path("kisiler/<str:raw_id>/kvkk-sil", panel_contact.Erase.as_view(), name="panel-contact-erase"),
    path("gonder", panel_send.Compose.as_view(), name="panel-send"),
    path("gonder/onay", panel_send.Review.as_view(), name="panel-send-review"),
    path("gonder/hesap", panel_send.Quote.as_view(), name="panel-quote"),
    path("mesajlar", panel.List.as_view(), name="panel-messages"),
    path("mesajlar/<str:message_id>", panel.Detail.as_view(), name="panel-message"),
    path("mesajlar/<str:message_id>/durum", panel.Live.as_view(), name="panel-message-live"),
    path("mesajlar/<str:message_id>/numaralar", panel.Numbers.as_view(), name="panel-message-numbers"),
    path("mesajlar/<str:message_id>/iptal", panel.Cancel.as_view(), name="panel-message-cancel"),
    path("sablonlar", panel_templates.List.as_view(), name="panel-templates"),
    path("sablonlar/yeni", panel_templates.New.as_view(), name="panel-template-new"),
    path("sablonlar/<str:raw_id>", panel_templates.Edit.as_view(), name="panel-template"),
    path("sablonlar/<str:raw_id>/sil", panel_templates.Delete.as_view(), name="panel-template-delete"),
]

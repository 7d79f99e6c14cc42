"""Where operators call us: /callbacks/<account>/<key>, the key being the account's own."""

from django.urls import path

from messaging.sms import api_callbacks

urlpatterns = [path("<slug:slug>/<str:key>", api_callbacks.receive, name="gateway-callback")]

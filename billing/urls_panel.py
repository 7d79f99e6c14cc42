from django.urls import path

from billing import panel

urlpatterns = [path("bakiye/kalan", panel.Balance.as_view(), name="panel-balance")]

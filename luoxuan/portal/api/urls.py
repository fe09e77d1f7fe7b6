"""Addresses of the interface, as its views declare them."""

from django.urls import path

from luoxuan.portal.api.description import VIEWS
from luoxuan.portal.api.operations import address_of

app_name = "api"
urlpatterns = [path(address_of(view), view, name=view.__name__) for view in VIEWS]

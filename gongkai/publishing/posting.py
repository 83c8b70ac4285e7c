"""What visitors post to the live part: from this very site, and so many in a while from one address. No session, no cookie, no address kept.

Counts are shared by all serving processes (`accounts.throttle`).
"""

from ipaddress import IPv6Address, ip_address
from time import time
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from gongkai.accounts import throttle
from gongkai.vault import lookup_hash


def is_own(origin: str, fetch_site: str, host: str) -> bool:
    """Whether a form came from this very site. A browser too old to say so is believed; one that names another site is not."""
    if fetch_site and fetch_site not in ("same-origin", "none"):
        return False
    return not origin or origin == "null" or urlsplit(origin).netloc == host


def comes_from_here(request: HttpRequest) -> bool:
    return is_own(request.headers.get("Origin", ""), request.headers.get("Sec-Fetch-Site", ""), request.get_host())


def once_more(what: str, request: HttpRequest, seconds: int) -> int:
    """How often this address has done `what` within the present span of so many seconds, this time counted in."""
    return throttle.add(_key(what, request, seconds), seconds + 30)


def so_far(what: str, request: HttpRequest, seconds: int) -> int:
    return throttle.so_far(_key(what, request, seconds))


def is_shared(request: HttpRequest) -> bool:
    """Whether many visitors are known to come from this address (`SHARED_ADDRESSES`)."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in settings.SHARED_ADDRESSES)


def _key(what: str, request: HttpRequest, seconds: int) -> str:
    # As hexadecimal, since the hash takes 1.11 and 11.1 for the same number written twice.
    whose = f"{int(time() // seconds)}/{_household(request.META.get('REMOTE_ADDR', ''))}"
    return lookup_hash(what, whose.encode().hex())


def _household(address: str) -> str:
    """An IPv6 visitor has addresses without end; what he was given is the first half."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(known) >> 64 << 64)) if isinstance(known, IPv6Address) else address

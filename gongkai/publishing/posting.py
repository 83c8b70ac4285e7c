"""What visitors post to the live part: from this very site, and so many in a while from one address. No session, no cookie, no address kept."""

from ipaddress import IPv6Address, ip_address
from time import time
from urllib.parse import urlsplit

from django.core.cache import cache
from django.http import HttpRequest

from gongkai.vault import lookup_hash


def is_own(origin: str, fetch_site: str, host: str) -> bool:
    """Whether a form came from this very site. A browser too old to say so is believed; one that names another site is not."""
    if fetch_site and fetch_site not in ("same-origin", "none"):
        return False
    return not origin or origin == "null" or urlsplit(origin).netloc == host


def comes_from_here(request: HttpRequest) -> bool:
    return is_own(request.headers.get("Origin", ""), request.headers.get("Sec-Fetch-Site", ""), request.get_host())


def once_more(what: str, request: HttpRequest, seconds: int) -> int:
    """How often this address has done `what` within the present span, this time counted in."""
    key = _key(what, request, seconds)
    cache.add(key, 0, seconds + 30)
    try:
        return cache.incr(key)
    except ValueError:  # thrown out of a full cache between the two
        return 1


def so_far(what: str, request: HttpRequest, seconds: int) -> int:
    return cache.get(_key(what, request, seconds), 0)


def _key(what: str, request: HttpRequest, seconds: int) -> str:
    return f"{what}:" + lookup_hash(what, f"{int(time() // seconds)}/{_household(request.META.get('REMOTE_ADDR', ''))}")


def _household(address: str) -> str:
    """An IPv6 visitor has addresses without end; what he was given is the first half."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(known) >> 64 << 64)) if isinstance(known, IPv6Address) else address

from .source import coming_from


class RequestSource:
    """Deeds done during a request carry the visitor's address.

    `X-Forwarded-For` is not read here: a proxy that should be believed sets REMOTE_ADDR (see docs/operating).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with coming_from(request.META.get("REMOTE_ADDR", "")):
            return self.get_response(request)

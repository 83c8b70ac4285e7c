from django.core.exceptions import ValidationError


class ThreeKinds:
    """At least three of: lower case, upper case, digits, other signs (a house choice)."""

    def validate(self, password: str, user=None) -> None:
        kinds = sum(
            (
                any(c.islower() for c in password),
                any(c.isupper() for c in password),
                any(c.isdigit() for c in password),
                any(not c.isalnum() for c in password),
            )
        )
        if kinds < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return "密码须含大写字母、小写字母、数字、其他符号中的至少三种。"

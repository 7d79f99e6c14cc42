"""`python -m bench.otp COUNT SECONDS`: accept one-time passwords, one after the other. Prints their messages' ids."""

import sys
import time
from importlib import import_module

import django


def main(count: int, pause: float) -> None:
    django.setup()
    orders, models = import_module("bench.orders"), import_module("messaging.sms.models")
    for _ in range(count):
        (accepted,) = orders.accept(messages=1, recipients=1, kind=models.Message.Kind.OTP)
        print(accepted.id, flush=True)
        time.sleep(pause)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))

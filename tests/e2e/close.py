"""Asks a window to close as the button of its frame does: Xvfb has no frames, and xdotool only tears windows down.

python3 close.py WINDOW
"""

import ctypes
import sys

X11 = ctypes.CDLL("libX11.so.6")
X11.XOpenDisplay.restype = ctypes.c_void_p
X11.XInternAtom.restype = ctypes.c_ulong
CLIENT_MESSAGE = 33


class ClientMessage(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("room", ctypes.c_long * 24),
    ]


display = ctypes.c_void_p(X11.XOpenDisplay(None))
if not display:
    sys.exit("there is no display")
event = ClientMessage(type=CLIENT_MESSAGE, window=int(sys.argv[1]), format=32)
event.message_type = X11.XInternAtom(display, b"WM_PROTOCOLS", False)
event.data[0] = X11.XInternAtom(display, b"WM_DELETE_WINDOW", False)
X11.XSendEvent(display, ctypes.c_ulong(event.window), False, ctypes.c_long(0), ctypes.byref(event))
X11.XCloseDisplay(display)

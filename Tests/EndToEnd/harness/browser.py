"""A headless Chromium, driven over the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/

Spoken over a pair of pipes (`--remote-debugging-pipe`): messages are JSON, each ended by a zero byte. A driver would do
no more.
"""

import base64
import json
import os
import select
import signal
import subprocess
import tempfile
import time
from pathlib import Path

# What the browser would ask of the network by itself; names but those of a test lead nowhere.
OPTIONS = (
    "--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check",
    "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-extensions", "--disable-default-apps", "--disable-domain-reliability",
    "--disable-features=OptimizationHints,MediaRouter,Translate,DialMediaRouteProvider", "--password-store=basic",
    "--host-resolver-rules=MAP dist.example.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class Failed(Exception):
    """The browser answered with an error, or a script in the page threw one."""


class Browser:
    """A browser with a profile of its own; ends with the `with` block."""

    def __init__(self, timeout=60):
        self._timeout = timeout
        self._folder = tempfile.TemporaryDirectory(prefix="agentpack-browser-")
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        # The browser reads from descriptor 3 and writes to 4.
        script = 'exec "$@" 3<&"$in" 4>&"$out"'
        self._process = subprocess.Popen(
            ["bash", "-c", f"in={commands} out={answers}; {script}", "chromium", "chromium", *OPTIONS,
             f"--user-data-dir={self._folder.name}", "about:blank"],
            pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(Path(self._folder.name) / "messages", "wb"), start_new_session=True,
            env={"PATH": os.environ["PATH"], "HOME": self._folder.name, "LC_ALL": "C.UTF-8"})
        os.close(commands)
        os.close(answers)
        self._buffer = b""
        self._number = 0
        self._pages = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._commands)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        os.close(self._answers)
        self._folder.cleanup()

    def page(self, **emulation):
        """A new page; see `Page.emulate`."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, target)
        self._pages[session] = page
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            page.call(f"{domain}.enable")
        page.emulate(**emulation)
        return page

    def call(self, method, session=None, **parameters):
        """The result of a command."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._commands, data):]
        while True:
            answer = self._read(method)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise Failed(f"{method}: {answer['error']}")
                return answer["result"]
            self._keep(answer)

    def wait(self, what, condition):
        """Reads events until `condition()` holds."""
        while not condition():
            self._keep(self._read(what))

    def _keep(self, event):
        if event.get("sessionId") in self._pages:
            self._pages[event["sessionId"]].events.append(event)

    def _read(self, what):
        end = time.monotonic() + self._timeout
        while b"\0" not in self._buffer:
            if not select.select([self._answers], [], [], max(0, end - time.monotonic()))[0]:
                raise Failed(f"{what}: no answer in {self._timeout} s")
            data = os.read(self._answers, 1 << 20)
            if not data:
                messages = (Path(self._folder.name) / "messages").read_text(errors="replace")
                raise Failed(f"{what}: the browser ended\n{messages}")
            self._buffer += data
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)


class Page:
    """A tab."""

    def __init__(self, browser, session, target):
        self.browser = browser
        self.session = session
        self.target = target
        self.events = []
        self._root = None

    def call(self, method, **parameters):
        return self.browser.call(method, session=self.session, **parameters)

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def emulate(self, *, width=1280, height=900, dark=False, scripts=True, media=""):
        """Sets the size of the window in CSS pixels, the colour scheme, whether scripts run, `print` or the screen."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                    {"name": "prefers-reduced-motion", "value": "reduce"}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)

    def open(self, url):
        """Loads a page and waits until it is there."""
        self.events.clear()
        self._root = None
        error = self.call("Page.navigate", url=url).get("errorText")
        if error:
            raise Failed(f"{url}: {error}")
        self.browser.wait(url, lambda: any(event["method"] == "Page.loadEventFired" for event in self.events))

    def run(self, expression):
        """The value of a JavaScript expression; a promise's when it has one."""
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True)
        if "exceptionDetails" in result:
            raise Failed(json.dumps(result["exceptionDetails"]))
        return result["result"].get("value")

    def until(self, expression):
        """The value of a JavaScript expression once it is one that counts as true."""
        return self.run(f"""(async () => {{
            for (const end = Date.now() + 30000; Date.now() < end; await new Promise(f => setTimeout(f, 5))) {{
                const value = {expression};
                if (value) return value;
            }}
            throw new Error("never came true");
        }})()""")

    def find(self, selector):
        """The nodes that a selector names, also where scripts don't run."""
        if self._root is None:
            # Asked for again, all nodes known before would be forgotten.
            self._root = self.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        return self.call("DOM.querySelectorAll", nodeId=self._root, selector=selector)["nodeIds"]

    def attributes(self, node):
        names = self.call("DOM.getAttributes", nodeId=node)["attributes"]
        return dict(zip(names[::2], names[1::2]))

    def box(self, node):
        """Where a node is drawn, `(left, top, right, bottom)` in the window; None where it isn't."""
        try:
            quads = self.call("DOM.getContentQuads", nodeId=node)["quads"]
        except Failed as failure:
            if "Could not compute content quads" in str(failure):
                return None
            raise
        return (quads[0][0], quads[0][1], quads[0][4], quads[0][5]) if quads else None

    def click(self, node):
        """Presses the mouse's left button in a node's middle."""
        self.call("DOM.scrollIntoViewIfNeeded", nodeId=node)
        left, top, right, bottom = self.box(node)
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=(left + right) / 2, y=(top + bottom) / 2,
                      button="none" if kind == "mouseMoved" else "left", clickCount=0 if kind == "mouseMoved" else 1)

    def press(self, key, code=None, text=None):
        """Presses a key, by its name in the DOM, such as `Tab`."""
        codes = {"Tab": 9, "Enter": 13, " ": 32, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        extra = {"text": "\r"} if key == "Enter" else {"text": " "} if key == " " else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code or key,
                      windowsVirtualKeyCode=codes[key], **(extra if kind == "keyDown" else {}))

    def focus(self, node):
        self.call("DOM.focus", nodeId=node)

    def screenshot(self, path):
        """A picture of the whole page, a PNG file."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1})["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def requests(self):
        """The URLs that were asked for."""
        return [event["params"]["request"]["url"] for event in self.events
                if event["method"] == "Network.requestWillBeSent"]

    def complaints(self):
        """What consoles show in red or yellow, and what could not be loaded."""
        found = []
        for event in self.events:
            method, data = event["method"], event["params"]
            if method == "Runtime.exceptionThrown":
                found.append(data["exceptionDetails"]["text"])
            elif method == "Runtime.consoleAPICalled" and data["type"] in ("error", "warning", "assert"):
                found.append(str(data["args"]))
            elif method == "Log.entryAdded":
                found.append(f"{data['entry']['level']}: {data['entry']['text']}")
            elif method == "Network.loadingFailed":
                found.append(f"not loaded: {data['errorText']}")
            elif method == "Network.responseReceived" and data["response"]["status"] >= 400:
                found.append(f"{data['response']['status']} {data['response']['url']}")
        return found

"""A real IMAP server (Dovecot) and a real MTA (Exim), private instances on loopback ports, as an ordinary user."""

import grp
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.product import free_port

DOMAIN = "shop.test"
PASSWORD = "päss wörd"
USERS = ("help", "zoe", "sales")
PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin")

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1, 127.0.0.2
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
ssl_dh =
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_username_chars =
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%n/Maildir
namespace inbox {{
  inbox = yes
  mailbox Versendet {{
    special_use = \\Sent
  }}
}}
first_valid_uid = 1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_max_userip_connections = 50
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%n {folder}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
local 127.0.0.2 {{
  protocol imap {{
    imap_capability = IMAP4rev1 SASL-IR LITERAL+ ENABLE UIDPLUS
  }}
}}
"""
OAUTH2 = """
tokeninfo_url = http://127.0.0.1:{oauth_port}/tokeninfo?access_token=
username_attribute = email
active_attribute =
active_value =
"""
EXIM = """
primary_hostname = mx.{domain}
qualify_domain = {domain}
domainlist ours = {domain}
spool_directory = {folder}/spool
log_file_path = {folder}/exim-%slog
pid_file_path = {folder}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtp_port}
exim_user = {user}
exim_group = {group}
never_users =
keep_environment =
add_environment = <; PATH=/bin:/usr/bin
deliver_drop_privilege = true
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts = *
tls_certificate = {folder}/cert.pem
tls_privatekey = {folder}/key.pem
smtputf8_advertise_hosts = *
acl_smtp_rcpt = check_rcpt
acl_smtp_data = check_data
begin acl
check_rcpt:
  deny message = This mailbox takes no mail
       local_parts = refused
  accept authenticated = *
  accept domains = +ours
  deny message = Relaying is not allowed
check_data:
  accept
begin routers
known:
  driver = accept
  domains = +ours
  local_part_suffix = +*
  local_part_suffix_optional
  local_parts = lsearch;{folder}/aliases
  transport = maildir
unknown:
  driver = redirect
  allow_fail
  data = :fail: Unknown user
begin transports
maildir:
  driver = appendfile
  directory = {folder}/mail/$local_part_data/Maildir
  create_directory
  maildir_format
  delivery_date_add
  envelope_to_add
  return_path_add
  user = {user}
  group = {group}
begin retry
*  *  F,2h,1s
begin rewrite
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{help}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""


def find_program(*names: str) -> str | None:
    """Finds a program, also where only root looks."""
    path = os.pathsep.join((os.environ.get("PATH", ""), *PLACES))
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def missing_programs() -> list[str]:
    """Names the programs that are not installed."""
    wanted = {"dovecot": ("dovecot",), "exim4": ("exim4", "exim")}
    return [name for name, names in wanted.items() if find_program(*names) is None]


class MailServers:
    """The two servers; mail of the users `help`, `zoe` and `sales` at `shop.test`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.imap_port, self.imaps_port, self.smtp_port, self.oauth_port = (free_port() for _ in range(4))
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._account = account
        self._group = grp.getgrgid(account.pw_gid).gr_name
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def prepare(self) -> None:
        """Writes configuration, certificate and users."""
        for name in ("run", "state", "spool", *(f"mail/{user}" for user in USERS)):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        write_certificate(self.folder)
        values = {
            "folder": self.folder,
            "user": self._account.pw_name,
            "group": self._group,
            "uid": self._account.pw_uid,
            "gid": self._account.pw_gid,
            "imap_port": self.imap_port,
            "imaps_port": self.imaps_port,
            "smtp_port": self.smtp_port,
            "oauth_port": self.oauth_port,
            "domain": DOMAIN,
            "password": PASSWORD,
        }
        for name, text in (("dovecot.conf", DOVECOT), ("oauth2.conf", OAUTH2), ("exim.conf", EXIM)):
            (self.folder / name).write_text(text.format(**values))
        (self.folder / "users").write_text("".join(f"{user}:{PASSWORD}::::::\n" for user in USERS))
        (self.folder / "aliases").write_text("".join(f"{user}: {user}\n" for user in USERS))
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def start_imap(self) -> None:
        """Starts Dovecot and waits until it answers."""
        self._start(
            "dovecot", [find_program("dovecot") or "dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
        )
        self._wait_for("dovecot", self.imap_port)

    def start_smtp(self) -> None:
        """Starts Exim and waits until it answers."""
        program = find_program("exim4", "exim") or "exim4"
        self._start("exim", [program, "-C", str(self.folder / "exim.conf"), "-bdf", "-q1s"])
        self._wait_for("exim", self.smtp_port)

    def stop_imap(self) -> None:
        """Stops Dovecot; open connections end."""
        self._stop("dovecot")

    def stop_smtp(self) -> None:
        """Stops Exim."""
        self._stop("exim")

    def stop(self) -> None:
        """Stops both."""
        for name in list(self._processes):
            self._stop(name)

    def drop_connections(self) -> None:
        """Kills the processes that serve mailboxes, as a router or a crash would end connections."""
        for pid in _descendants(self._processes["dovecot"].pid, "imap"):
            os.kill(pid, signal.SIGKILL)

    def deliver(self, user: str, raw: bytes, *, days_old: float = 0) -> None:
        """Puts a mail into a mailbox without any mail server in between."""
        box = self.folder / "mail" / user / "Maildir"
        for name in ("tmp", "new", "cur"):
            (box / name).mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}.{os.getpid()}.test"
        (box / "tmp" / name).write_bytes(raw)
        at = time.time() - days_old * 86_400
        os.utime(box / "tmp" / name, (at, at))
        if os.geteuid() == 0:
            for path in (box, *box.iterdir(), box / "tmp" / name):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)
        (box / "tmp" / name).rename(box / "new" / name)

    def mails(self, user: str) -> list[bytes]:
        """Gives the mails in a mailbox."""
        box = self.folder / "mail" / user / "Maildir"
        return [path.read_bytes() for part in ("new", "cur") for path in sorted((box / part).glob("*"))]

    def empty(self) -> None:
        """Empties all mailboxes and forgets their numbering."""
        for user in USERS:
            shutil.rmtree(self.folder / "mail" / user / "Maildir", ignore_errors=True)

    def send(self, sender: str, recipient: str, raw: bytes) -> None:
        """Sends a mail through the MTA."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as client:
            client.sendmail(sender, [recipient], raw)

    def renumber(self, user: str) -> None:
        """Makes the server number a mailbox anew, as a restored or moved mailbox is."""
        for path in (self.folder / "mail" / user / "Maildir").glob("dovecot*"):
            path.unlink()

    def _start(self, name: str, command: list[str]) -> None:
        as_account: dict[str, Any] = {}
        if os.geteuid() == 0:
            as_account = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        with (self.folder / f"{name}.out").open("ab") as out:
            self._processes[name] = subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                **as_account,
            )

    def _stop(self, name: str) -> None:
        process = self._processes.pop(name, None)
        if process is None:
            return
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)

    def _wait_for(self, name: str, port: int) -> None:
        until = time.monotonic() + 15
        while time.monotonic() < until:
            if self._processes[name].poll() is not None:
                break
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        logs = "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*.out"))
        logs += "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*log"))
        raise RuntimeError(f"{name} does not start:\n{logs[-3000:]}")


def _descendants(pid: int, name: str) -> list[int]:
    found: list[int] = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if Path(f"/proc/{child}/comm").read_text().strip() == name:
            found.append(int(child))
        found += _descendants(int(child), name)
    return found


def write_certificate(folder: Path) -> None:
    """Writes a certificate that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@contextmanager
def mail_servers(folder: Path) -> Iterator[MailServers]:
    """Runs both servers in a folder that their user may enter."""
    servers = MailServers(folder)
    servers.prepare()
    try:
        servers.start_imap()
        servers.start_smtp()
        yield servers
    finally:
        servers.stop()


def wait_until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Waits for something; raises AssertionError when it does not come true."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.05)

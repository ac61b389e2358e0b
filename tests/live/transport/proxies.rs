//! Proxies of Debian's: tinyproxy (HTTP) and microsocks (SOCKS5), unpacked under `target/tools` and nowhere else.

use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kubesdk::api::core::v1::Namespace;
use kubesdk::{Client, ErrorKind};
use kubesdk_test_cluster::Cluster;

use super::super::root;
use super::through;

/// Calls and watches pass each proxy, with the right password and no other, and the proxy says that they did.
pub(super) async fn lead_to_the_server(cluster: &Cluster) {
    for (proxy, scheme) in [(tinyproxy(cluster.folder()), "http"), (microsocks(), "socks5")] {
        let url = |password: &str| format!("{scheme}://me:{password}@127.0.0.1:{}", proxy.port);
        let client = Client::from_config(through(cluster, &url("open"))).expect("a client");
        assert!(!Namespace::cluster(&client).list().await.expect("a list").items.is_empty());
        let mut watch = Namespace::cluster(&client).watch().await.expect("a watch");
        watch.next().await.expect("an event").expect("no error");

        let client = Client::from_config(through(cluster, &url("hunter2"))).expect("a client");
        let error = client.get("/version").await.expect_err("the password is wrong");
        assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");

        let (said, server) = (proxy.end(), cluster.server().trim_start_matches("https://"));
        assert!(said.contains(server), "the {scheme} proxy was not asked for {server}:\n{said}");
    }
}

struct Proxy {
    process: Child,
    port: u16,
    log: PathBuf,
}

impl Proxy {
    fn start(command: &mut Command, port: u16, log: &Path) -> Proxy {
        let said = fs::File::create(log).expect("a log");
        let errors = said.try_clone().expect("a log");
        let process =
            command.stdin(Stdio::null()).stdout(said).stderr(errors).spawn().expect("the proxy starts");
        let proxy = Proxy { process, port, log: log.to_owned() };
        let listens = |_: &i32| {
            std::thread::sleep(Duration::from_millis(20));
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        };
        (0..250).find(listens).expect("the proxy listens within seconds");
        proxy
    }

    /// Ends it and gives what it logged.
    fn end(mut self) -> String {
        self.process.kill().expect("the proxy ends");
        self.process.wait().expect("the proxy ends");
        let mut said = String::new();
        fs::File::open(&self.log).expect("a log").read_to_string(&mut said).expect("a log is text");
        said
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn tinyproxy(folder: &Path) -> Proxy {
    let (port, program) = (free_port(), of_debian("tinyproxy-bin", "tinyproxy"));
    let (log, settings) = (folder.join("tinyproxy.log"), folder.join("tinyproxy.conf"));
    let text = format!("Port {port}\nListen 127.0.0.1\nBasicAuth me open\nLogLevel Connect\n");
    fs::write(&settings, text).expect("the settings are written");
    Proxy::start(Command::new(program).arg("-d").arg("-c").arg(&settings), port, &log)
}

fn microsocks() -> Proxy {
    let (port, program) = (free_port(), of_debian("microsocks", "microsocks"));
    let log = root().join(format!("target/tools/debian/microsocks-{}.log", std::process::id()));
    let mut command = Command::new(program);
    command.args(["-i", "127.0.0.1", "-u", "me", "-P", "open", "-p"]).arg(port.to_string());
    Proxy::start(&mut command, port, &log)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port()
}

/// A program of a Debian package, downloaded and unpacked where it is missing; nothing is installed.
fn of_debian(package: &str, program: &str) -> PathBuf {
    let folder = root().join("target/tools/debian");
    let path = folder.join(package).join("usr/bin").join(program);
    if path.is_file() {
        return path;
    }
    let script = "set -e; mkdir -p \"$0\"; cd \"$0\"; \
                  apt-get download -q \"$1\" || { apt-get update -q && apt-get download -q \"$1\"; }; \
                  dpkg-deb -x \"$1\"_*.deb \"$1\"; rm \"$1\"_*.deb";
    let output = Command::new("sh").args(["-c", script]).arg(&folder).arg(package).output();
    let output = output.expect("sh runs");
    assert!(
        output.status.success() && path.is_file(),
        "the Debian package {package} is needed for this test and cannot be downloaded; on another system put its \
         program at {}\n{}",
        path.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    path
}

//! The lines of the page, run as they stand there: kubectl and examples on one cluster.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use kubesdk_test_cluster::{Cluster, Options, binary};
use tempfile::TempDir;

use super::programs::{Said, built, root, run};

/// A cluster, and what was run on it.
pub(super) struct Walk {
    cluster: Cluster,
    kubectl: PathBuf,
    /// What words of the page stand for.
    values: BTreeMap<&'static str, String>,
    ran: Vec<String>,
    folder: TempDir,
}

/// A program that ends with the value.
pub(super) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Walk {
    pub(super) fn start() -> Self {
        let options = Options { kubelet: true, ..Options::default() };
        let cluster = Cluster::start(options).expect("the cluster starts");
        let folder = tempfile::tempdir().expect("a folder");
        let kubectl = binary(&|_| {}).expect("the control plane is built").with_file_name("kubectl");
        // The file itself: links are copied as links.
        let file = fs::canonicalize(&kubectl).expect("kubectl is there").display().to_string();
        let values = BTreeMap::from([("$KUBECTL", file)]);
        Walk { cluster, kubectl, values, ran: Vec::new(), folder }
    }

    pub(super) fn set(&mut self, word: &'static str, value: String) {
        self.values.insert(word, value);
    }

    /// A file in a folder of the test's, by its word in the page.
    pub(super) fn file(&mut self, word: &'static str, content: &str) {
        let path = self.folder.path().join(word.trim_start_matches('$'));
        fs::write(&path, content).expect("a file");
        self.set(word, path.display().to_string());
    }

    /// A text of the page with what its words stand for.
    pub(super) fn said_for(&self, text: &str) -> String {
        self.values.iter().fold(text.to_owned(), |text, (word, value)| text.replace(word, value))
    }

    fn words(&self, line: &str) -> Vec<String> {
        let (root, line) = (root(), self.said_for(line));
        // No word of the page has a space.
        let absolute = |word: &str| match word.starts_with("sdk/") || word.starts_with("target/") {
            true => root.join(word).display().to_string(),
            false => word.to_owned(),
        };
        line.split(' ').map(|word| absolute(word.trim_matches('\''))).collect()
    }

    /// The program of a line, with its arguments.
    fn command(&mut self, line: &str) -> Command {
        self.ran.push(line.to_owned());
        let words = self.words(line);
        let (program, arguments) = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["kubectl", rest @ ..] => (self.kubectl.clone(), to_owned(rest)),
            ["cargo", "run", "--example", name, "--", rest @ ..] => (built(name), to_owned(rest)),
            ["cargo", "run", "--example", name] => (built(name), Vec::new()),
            other => panic!("{other:?}"),
        };
        let mut command = Command::new(program);
        command.args(arguments).current_dir(root()).env("KUBECONFIG", self.cluster.kubeconfig());
        command.env("HOME", self.folder.path());
        command
    }

    pub(super) fn run(&mut self, line: &str) -> Said {
        run(&mut self.command(line))
    }

    /// What a line prints that must succeed.
    pub(super) fn say(&mut self, line: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.code, Some(0), "{line}: {}{}", said.stdout, said.stderr);
        said.stdout
    }

    /// A line that was run in another form, because its port is taken here.
    pub(super) fn stands_for(&mut self, line: &str) {
        self.ran.push(line.to_owned());
    }

    /// Starts what goes on until the value is dropped, and reads its first line if there is one to be read.
    pub(super) fn spawn(&mut self, line: &str, wants_line: bool) -> (Running, String) {
        let mut command = self.command(line);
        let mut running = Running(command.stdout(Stdio::piped()).spawn().expect("the program starts"));
        let mut first = String::new();
        if wants_line {
            let stdout = running.0.stdout.take().expect("standard output");
            BufReader::new(stdout).read_line(&mut first).expect("a line");
        }
        (running, first.trim_end().to_owned())
    }

    /// Both print the same and end in the same way.
    pub(super) fn same(&mut self, theirs: &str, ours: &str) {
        let (expected, said) = (self.run(theirs), self.run(ours));
        let all = |said: &Said| (said.code, said.stdout.clone(), said.stderr.clone());
        assert_eq!(all(&said), all(&expected), "{ours}\n{theirs}");
    }

    /// The same for what goes on changing, ages in seconds: one of many runs.
    pub(super) fn same_at_some_time(&mut self, theirs: &str, ours: &str) {
        let mut last = (String::new(), String::new());
        for _ in 0..50 {
            last = (self.say(ours), self.say(theirs));
            if last.0 == last.1 {
                return;
            }
        }
        assert_eq!(last.0, last.1, "{ours}\n{theirs}");
    }

    /// Runs a line until it prints this.
    pub(super) fn until(&mut self, line: &str, wanted: &str) {
        for _ in 0..300 {
            if self.run(line).stdout.trim_end() == wanted {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("{line} does not say {wanted:?}");
    }

    /// Plain HTTP, as `curl URL` does it.
    pub(super) fn curl(&mut self, line: &str, address: &str) -> String {
        self.ran.push(line.to_owned());
        let url = line.strip_prefix("curl http://").expect("a URL");
        let path = url.find('/').map_or("/", |at| &url[at..]);
        let mut stream = TcpStream::connect(address).expect("a connection");
        // Of HTTP/1.0, so that the body comes in one piece.
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").expect("it is written");
        let mut said = String::new();
        stream.read_to_string(&mut said).expect("it is read");
        let (head, body) = said.split_once("\r\n\r\n").expect("an answer");
        assert!(head.split(' ').nth(1) == Some("200"), "{line}: {head}");
        body.to_owned()
    }

    /// Every command of the page was run by now.
    pub(super) fn nothing_was_left_out(&self) {
        let page = fs::read_to_string(root().join("docs/tour.md")).expect("the page");
        let blocks = page.split("```sh\n").skip(1).filter_map(|it| it.split("```").next());
        let commands = blocks.flat_map(str::lines);
        let commands = commands.map(|line| line.split("  #").next().unwrap_or(line).trim_end());
        let left: Vec<&str> = commands.filter(|line| !self.ran.iter().any(|it| it == line)).collect();
        assert!(left.is_empty(), "the page says what was not run:\n{}", left.join("\n"));
    }
}

fn to_owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|it| (*it).to_owned()).collect()
}

//! Mail, over real TCP: a small server that takes what is sent and keeps it.

use crate::people::{Browser, token, world_with};
use ambit_identity::mail::Mailer;
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

/// Listens on a free port, and hands on each message with its recipients.
fn mail_server() -> (String, Receiver<(Vec<String>, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("smtp://{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            let mut answer = stream.try_clone().unwrap();
            let mut say = move |line: &str| answer.write_all(format!("{line}\r\n").as_bytes());
            let (mut to, mut text, mut in_message) = (Vec::new(), String::new(), false);
            let _ = say("220 test");
            for line in BufReader::new(stream).lines() {
                let Ok(line) = line else { break };
                if in_message {
                    if line == "." {
                        in_message = false;
                        sender.send((std::mem::take(&mut to), std::mem::take(&mut text))).unwrap();
                        let _ = say("250 taken");
                    } else {
                        text.push_str(&line);
                        text.push('\n');
                    }
                    continue;
                }
                let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
                let _ = match word.as_str() {
                    "DATA" => {
                        in_message = true;
                        say("354 go on")
                    }
                    "RCPT" => {
                        to.push(line);
                        say("250 ok")
                    }
                    "QUIT" => say("221 bye"),
                    _ => say("250 ok"),
                };
            }
        }
    });
    (address, receiver)
}

#[test]
fn invitations_and_links_for_new_passwords_are_mailed() {
    let (server, mails) = mail_server();
    let mailer = Mailer::new(&server, "Ambit <ambit@studio.example>").unwrap();
    let world = world_with(|config| config.sign_in.mailer = Some(mailer));
    let mut ivan = Browser::of(&world, "ivan");
    let body = json!({ "email": "nina@studio.example",
                       "assignments": [{ "role": "commerce/ISC_User", "scope": "instance:shop" }] });
    let answer = ivan.post("/v1/orgs/studio/invitations", &body).expect(201).json();
    assert_eq!(answer["mailed"], true);
    let (to, text) = mails.recv().unwrap();
    assert_eq!(to, ["RCPT TO:<nina@studio.example>"]);
    assert!(text.contains("From: Ambit <ambit@studio.example>\n"), "{text}");
    assert!(text.contains("Ivan Petrov invites you to studio on Ambit."), "{text}");
    assert!(text.replace("=\n", "").replace("=3D", "=").contains(answer["link"].as_str().unwrap()), "{text}");
    let accept = json!({ "token": token(&answer["link"]), "password": "another three words" });
    Browser::new(&world).post("/v1/invitations/accept", &accept).expect(200);
    let reset = ivan.post("/v1/orgs/studio/users/nina/reset-link", &json!({})).expect(201).json();
    assert_eq!(reset["mailed"], true);
    let (_, text) = mails.recv().unwrap();
    assert!(text.replace("=\n", "").replace("=3D", "=").contains(reset["link"].as_str().unwrap()), "{text}");
    // Somebody who is there already gets no link, and the answer does not tell.
    let body = json!({ "email": "olga@studio.example",
                       "assignments": [{ "role": "commerce/ISC_User", "scope": "instance:shop" }] });
    assert_eq!(ivan.post("/v1/orgs/studio/invitations", &body).expect(201).json()["mailed"], true);
    assert!(mails.try_recv().is_err());
}

#[test]
fn a_mail_server_that_is_away_keeps_nobody_from_inviting() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mailer = Mailer::new(&format!("smtp://{free}"), "ambit@studio.example").unwrap();
    let world = world_with(|config| config.sign_in.mailer = Some(mailer));
    let body = json!({ "email": "nina@studio.example" });
    let answer = Browser::of(&world, "robin").post("/v1/orgs/studio/invitations", &body).expect(201).json();
    assert_eq!(answer["mailed"], false);
    assert!(answer["link"].as_str().unwrap().contains("/invitation#token="));
}

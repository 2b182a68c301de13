use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    SigningKey as _,
};

use super::*;
use crate::certificates::certificate_hash;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("parameters");
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn authority() -> Authority {
    let mut params = params("MO root");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a root")
}

fn now() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().expect("a time")
}

fn asked(issuer: &Authority) -> CertificateHash {
    let own =
        params("DE8AACA2B3C4D5").signed_by(&KeyPair::generate().expect("a key"), issuer).expect("signed");
    certificate_hash(own.der(), issuer.der()).expect("named")
}

/// ecdsa-with-SHA256
const ECDSA: &[u8] = &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

struct Answer<'a> {
    status: Vec<u8>,
    made: &'a str,
    next: &'a str,
    key: &'a KeyPair,
    certificates: Vec<Vec<u8>>,
}

impl Answer<'_> {
    fn der(&self, hash: &CertificateHash) -> Vec<u8> {
        let single = sequence(&[
            certificate_id(hash).expect("an id"),
            self.status.clone(),
            wrap(TIME, self.made.as_bytes()),
            wrap(0xa0, &wrap(TIME, self.next.as_bytes())),
        ]);
        let data =
            sequence(&[wrap(0xa1, &sequence(&[])), wrap(TIME, self.made.as_bytes()), sequence(&[single])]);
        let signature = self.key.sign(&data).expect("signed");
        let mut parts = vec![data, ECDSA.to_vec(), wrap(BITS, &[&[0], signature.as_slice()].concat())];
        if !self.certificates.is_empty() {
            parts.push(wrap(0xa0, &sequence(&self.certificates)));
        }
        let bytes = sequence(&[
            wrap(OID, &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01]),
            wrap(OCTETS, &sequence(&parts)),
        ]);
        sequence(&[wrap(ENUMERATED, &[0]), wrap(0xa0, &bytes)])
    }
}

fn good<'a>(key: &'a KeyPair) -> Answer<'a> {
    Answer {
        status: wrap(0x80, &[]),
        made: "20260615110000Z",
        next: "20260616110000Z",
        key,
        certificates: Vec::new(),
    }
}

#[test]
fn a_signed_answer_is_read() {
    let issuer = authority();
    let hash = asked(&issuer);
    let known = [issuer.der().to_vec()];
    let answer = good(issuer.key()).der(&hash);
    assert!(is_answer(&answer));
    let verdict = read(&answer, &hash, &known, now()).expect("a verdict");
    assert_eq!(verdict.status, Status::Good);
    assert_eq!(verdict.next_update, "2026-06-16T11:00:00Z".parse().expect("a time"));
    let revoked = Answer { status: wrap(0xa1, &wrap(TIME, b"20260101000000Z")), ..good(issuer.key()) };
    assert_eq!(read(&revoked.der(&hash), &hash, &known, now()).expect("a verdict").status, Status::Revoked);
    // The issuer may come with the answer: its key's digest was asked for.
    let brought = Answer { certificates: vec![issuer.der().to_vec()], ..good(issuer.key()) };
    assert!(read(&brought.der(&hash), &hash, &[], now()).is_ok());
    // The question names the certificate as the answer does.
    let question = request(&hash).expect("a question");
    let id = certificate_id(&hash).expect("an id");
    assert!(question.windows(id.len()).any(|part| part == id));
}

#[test]
fn a_responder_made_by_the_issuer_is_believed_and_nobody_else() {
    let (issuer, stranger) = (authority(), authority());
    let hash = asked(&issuer);
    let responder = |by: &Authority, purpose: bool| {
        let key = KeyPair::generate().expect("a key");
        let mut params = params("responder");
        if purpose {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
        }
        let certificate = params.signed_by(&key, by).expect("signed").der().to_vec();
        (key, certificate)
    };
    let said = |(key, certificate): (KeyPair, Vec<u8>)| {
        let certificates = vec![certificate, issuer.der().to_vec()];
        read(&Answer { certificates, ..good(&key) }.der(&hash), &hash, &[], now())
    };
    assert!(said(responder(&issuer, true)).is_ok());
    assert!(said(responder(&issuer, false)).is_err(), "any certificate of the issuer");
    assert!(said(responder(&stranger, true)).is_err(), "a responder of somebody else");
    assert!(read(&good(stranger.key()).der(&hash), &hash, &[issuer.der().to_vec()], now()).is_err());
}

#[test]
fn old_answers_and_answers_about_others_are_refused() {
    let issuer = authority();
    let hash = asked(&issuer);
    let known = [issuer.der().to_vec()];
    let old = Answer { made: "20260601000000Z", next: "20260602000000Z", ..good(issuer.key()) };
    assert!(read(&old.der(&hash), &hash, &known, now()).is_err());
    let early = Answer { made: "20270101000000Z", next: "20280101000000Z", ..good(issuer.key()) };
    assert!(read(&early.der(&hash), &hash, &known, now()).is_err());
    assert!(read(&good(issuer.key()).der(&asked(&issuer)), &hash, &known, now()).is_err());
    let answer = good(issuer.key()).der(&hash);
    for cut in 0..answer.len() {
        assert!(read(&answer[..cut], &hash, &known, now()).is_err(), "cut at {cut}");
    }
    for at in 0..answer.len() {
        let mut spoilt = answer.clone();
        spoilt[at] ^= 0x01;
        // A change outside of what is signed may be harmless; it must not panic, nor turn the verdict.
        if let Ok(verdict) = read(&spoilt, &hash, &known, now()) {
            assert_eq!(verdict.status, Status::Good, "changed at {at}");
        }
    }
}

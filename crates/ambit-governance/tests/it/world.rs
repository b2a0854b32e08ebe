//! An organization to try things in. Steps are written as pieces of an organization file, by an actor.

use ambit_catalog::organization::parse_organization;
use ambit_engine::{EntityRef, Question, View};
use ambit_governance::effects::{Effects, effects};
use ambit_governance::file::proposals;
use ambit_governance::{Code, Decided, Leniency, Proposal, Refusals, Warning, decide};
use ambit_model::{Actor, Change, Outcome, SubjectRef, Timestamp};

/// A shop with people of several ranks: Rita holds the root role, Lena leads one instance.
pub const SHOP: &str = include_str!("shop.yaml");

/// A state, and the catalogs that may be enabled in it.
#[derive(Clone)]
pub struct World {
    pub view: View,
    pub now: Timestamp,
    catalogs: Vec<(String, String)>,
}

/// What an accepted step came to.
pub struct Step {
    pub warnings: Vec<String>,
    pub effects: Effects,
    pub changes: Vec<Change>,
}

impl World {
    /// The operator's organization over these catalogs.
    pub fn new(catalogs: &[&str], organization: &str) -> Self {
        let named = catalogs.iter().map(|source| {
            let product = source.lines().find_map(|line| line.strip_prefix("product: ")).unwrap();
            (product.to_owned(), (*source).to_owned())
        });
        Self::over(named.collect(), organization)
    }

    /// The demo, with the catalogs that come with Ambit.
    pub fn demo() -> Self {
        let catalogs = ambit_catalog::builtin::CATALOGS.iter();
        let named = catalogs.map(|(product, source)| ((*product).to_owned(), (*source).to_owned()));
        Self::over(named.collect(), include_str!("../../../../demo/organization.yaml"))
    }

    fn over(catalogs: Vec<(String, String)>, organization: &str) -> Self {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let mut world = Self { view: View::default(), now, catalogs };
        let decided = world.decided(&Actor::Operator { vendor: true }, organization);
        world.view = decided.unwrap_or_else(|refusals| panic!("{refusals}")).next;
        world
    }

    /// The shop of `shop.yaml`.
    pub fn shop() -> Self {
        let (catalog, organization) = SHOP.split_once("\n---\n").unwrap();
        Self::new(&[catalog], organization)
    }

    fn decided(&self, actor: &Actor, piece: &str) -> Result<Decided, Refusals> {
        let source = if piece.contains("organization:") {
            piece.to_owned()
        } else {
            format!("organization: {}\n{piece}", self.view.organization().unwrap())
        };
        let file = parse_organization("step", &source).unwrap_or_else(|report| panic!("{report}"));
        let products: Vec<&str> = self.catalogs.iter().map(|(product, _)| product.as_str()).collect();
        let texts = |product: &str| {
            self.catalogs.iter().find(|(known, _)| known == product).map(|(_, source)| source.clone())
        };
        let wanted = proposals(&self.view, &file, &products, &texts, "step", &source)
            .unwrap_or_else(|report| panic!("{report}"));
        decide(&self.view, wanted, actor, self.now, Leniency::default())
    }

    /// Makes a step, or says which rules are against it.
    pub fn step(&mut self, actor: &str, piece: &str) -> Result<Step, Vec<Code>> {
        let decided = self.decided(&actor_named(actor), piece);
        self.take(decided)
    }

    /// Makes a step of these changes.
    pub fn change(&mut self, actor: &str, changes: Vec<Change>) -> Result<Step, Vec<Code>> {
        let wanted = changes.into_iter().map(Proposal::from).collect();
        let decided = decide(&self.view, wanted, &actor_named(actor), self.now, Leniency::default());
        self.take(decided)
    }

    fn take(&mut self, decided: Result<Decided, Refusals>) -> Result<Step, Vec<Code>> {
        let Decided { changes, next, warnings } = decided.map_err(|refusals| {
            for refusal in &refusals.0 {
                println!("{refusal}");
            }
            let mut codes: Vec<Code> = refusals.0.iter().map(|refusal| refusal.code).collect();
            codes.dedup();
            codes
        })?;
        let effects = effects(&self.view, &next, &changes, self.now, 50);
        self.view = next;
        let warnings = warnings.into_iter().map(|Warning { code, .. }| code).collect();
        Ok(Step { warnings, effects, changes })
    }

    /// A step that must be accepted.
    pub fn accepts(&mut self, actor: &str, piece: &str) -> Step {
        self.step(actor, piece).unwrap_or_else(|codes| panic!("{actor}: {piece}: {codes:?}"))
    }

    /// A step that must be refused, by this rule among others; the state stays.
    pub fn refuses(&mut self, actor: &str, piece: &str, code: Code) {
        let before = self.view.counts();
        match self.step(actor, piece) {
            Ok(_) => panic!("{actor} could: {piece}"),
            Err(codes) => assert!(codes.contains(&code), "{actor}: {piece}: {codes:?} without {code:?}"),
        }
        assert_eq!(self.view.counts(), before);
    }

    /// What the engine says now.
    pub fn outcome(&self, subject: &str, permission: &str, resource: &str) -> Outcome {
        let subject: SubjectRef = subject.parse().unwrap();
        let (kind, id) = resource.split_once(':').unwrap();
        let question = Question {
            subject: EntityRef::new(subject.kind.as_str(), &subject.id),
            permission,
            action: None,
            resource: EntityRef::new(kind, id),
            context: None,
            time: self.now,
        };
        self.view.check(&question).outcome
    }

    pub fn allows(&self, subject: &str, permission: &str, resource: &str) -> bool {
        self.outcome(subject, permission, resource) == Outcome::Allow
    }
}

/// `operator`, `vendor`, or a subject.
pub fn actor_named(name: &str) -> Actor {
    match name {
        "operator" => Actor::OPERATOR,
        "vendor" => Actor::Operator { vendor: true },
        subject => Actor::Subject { subject: subject.parse().unwrap(), impersonator: None },
    }
}

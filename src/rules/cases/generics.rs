//! Traits of the workspace behind type parameters: their functions, and the types they bring along.

use super::check_rule;

#[test]
fn the_associated_type_of_a_parameter_leads_to_its_implementors() {
    check_rule(
        r"
trait Store { fn keep(&self, word: String); }
trait Backend { type Store: Store; fn store(&self) -> &Self::Store; }
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
struct Shelf;
impl Store for Shelf { fn keep(&self, word: String) { WORDS.lock().unwrap().push(word); } }
struct Paper;
impl Paper { fn keep(&self, word: String) { send_away(word); } }
struct Local { shelf: Shelf }
impl Backend for Local { type Store = Shelf; fn store(&self) -> &Shelf { &self.shelf } }
fn keep_in<B: Backend>(store: &B::Store, word: String) { store.keep(word); }
fn add<B: Backend>(backend: &B, word: String) { keep_in::<B>(find(backend), word); }
fn handle_add(word: String) { add(&Local { shelf: Shelf }, word); Paper.keep(String::new()); }
fn handle_words() -> usize { WORDS.lock().unwrap().len() }
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn an_associated_type_without_bounds_is_what_the_only_impl_says() {
    check_rule(
        r"
trait Backend { type Store; }
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
struct Shelf;
impl Shelf { fn keep(&self, word: String) { WORDS.lock().unwrap().push(word); } }
struct Crate;
impl Crate { fn keep(&self, word: String) { drop(word); } }
struct Local;
impl Backend for Local { type Store = Shelf; }
fn add<B: Backend>(store: &B::Store, word: String) { store.keep(word); }
fn handle_add(word: String) { add::<Local>(find(), word); Crate.keep(String::new()); }
fn handle_words() -> usize { WORDS.lock().unwrap().len() }
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn a_function_of_an_associated_type_is_reached_by_its_path() {
    check_rule(
        r"
trait Store { fn keep(word: String); }
trait Notes { fn note(word: String); }
trait Backend { type Store: Store; type Notes: Notes; fn add(word: String) { <Self::Store as Store>::keep(word); } }
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
static BOOKS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
struct Shelf;
impl Store for Shelf { fn keep(word: String) { WORDS.lock().unwrap().push(word); } }
struct Desk;
impl Notes for Desk { fn note(word: String) { BOOKS.lock().unwrap().push(word); } }
struct Local;
impl Backend for Local { type Store = Shelf; type Notes = Desk; }
fn book<B: Backend>(word: String) { B::Notes::note(word); }
fn handle_add(word: String) { Local::add(word.clone()); book::<Local>(word); }
fn handle_words() -> usize { WORDS.lock().unwrap().len() + BOOKS.lock().unwrap().len() }
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn an_associated_type_of_one_request_is_silent() {
    check_rule(
        r"
trait Store: Default { fn keep(&mut self, word: String); fn len(&self) -> usize; }
trait Backend { type Store: Store; }
#[derive(Default)]
struct Basket { words: Vec<String> }
impl Store for Basket { fn keep(&mut self, word: String) { self.words.push(word); } fn len(&self) -> usize { self.words.len() } }
struct Local;
impl Backend for Local { type Store = Basket; }
fn count<B: Backend>(words: Vec<String>) -> usize {
    let mut store = B::Store::default();
    for word in words { store.keep(word); }
    store.len()
}
fn handle_count(words: Vec<String>) -> usize { count::<Local>(words) }
fn main() { serve(handle_count); }
",
    );
}

#[test]
fn a_type_that_no_bound_names_is_not_reached() {
    check_rule(
        r"
trait Store { fn keep(&self, word: String); }
trait Archive { fn keep(&self, word: String); }
trait Backend { type Store: Archive; }
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());
struct Shelf;
impl Store for Shelf { fn keep(&self, word: String) { WORDS.lock().unwrap().push(word); } }
struct Paper;
impl Archive for Paper { fn keep(&self, word: String) { send_away(word); } }
struct Local;
impl Backend for Local { type Store = Paper; }
fn add<B: Backend>(store: &B::Store, word: String) { store.keep(word); }
fn handle_add(word: String) { add::<Local>(&Paper, word); }
fn handle_words() -> usize { WORDS.lock().unwrap().len() }
fn main() { Shelf.keep(String::new()); serve(handle_add); }
",
    );
}

#[test]
fn a_constructor_of_a_parameter_gives_any_implementor() {
    check_rule(
        r"
trait Queue { fn open() -> Self; fn put(&self, word: String); }
static BOOKS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
struct Mail;
impl Queue for Mail { fn open() -> Mail { Mail } fn put(&self, word: String) { send_away(word); } }
struct Desk;
impl Queue for Desk { fn open() -> Self { Desk } fn put(&self, word: String) { BOOKS.lock().unwrap().push(word); } }
fn add<Q: Queue>(word: String) { let queue = Q::open(); queue.put(word); }
fn handle_add(word: String) { add::<Desk>(word); }
fn handle_words() -> usize { BOOKS.lock().unwrap().len() }
fn main() { serve(handle_add); }
",
    );
}

#[test]
fn a_constructor_of_a_known_type_gives_only_that() {
    check_rule(
        r"
trait Queue { fn open() -> Self; fn put(&self, word: String); }
static BOOKS: Mutex<Vec<String>> = Mutex::new(Vec::new());
struct Mail;
impl Queue for Mail { fn open() -> Mail { Mail } fn put(&self, word: String) { send_away(word); } }
struct Desk;
impl Queue for Desk { fn open() -> Self { Desk } fn put(&self, word: String) { BOOKS.lock().unwrap().push(word); } }
fn handle_add(word: String) { let queue = Mail::open(); queue.put(word); }
fn handle_words() -> usize { BOOKS.lock().unwrap().len() }
fn main() { Desk::open().put(String::new()); serve(handle_add); }
",
    );
}

#[test]
fn a_trait_calls_its_own_function_by_its_whole_path() {
    check_rule(
        r"
trait Keep { fn keep(word: String); fn add(&self, word: String) { <Self as Keep>::keep(word); } }
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
struct Shelf;
impl Keep for Shelf { fn keep(word: String) { WORDS.lock().unwrap().push(word); } }
fn add<K: Keep>(word: String) { <K as Keep>::keep(word); }
fn handle_add(word: String) { Shelf.add(word.clone()); add::<Shelf>(word); }
fn handle_words() -> usize { WORDS.lock().unwrap().len() }
fn main() { serve(handle_add); }
",
    );
}

/// No compiler takes it; it must do no harm.
#[test]
fn types_that_lead_to_each_other_end_somewhere() {
    check_rule(
        r"
trait One<T> { type X: One<<Desk as Two>::Y>; }
trait Two { type Y: One<<Shelf as One<Round>>::X>; }
type Round = Box<dyn One<Round>>;
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
struct Shelf;
impl One<Round> for Shelf { type X = <Desk as Two>::Y; }
struct Desk;
impl Two for Desk { type Y = <Shelf as One<Round>>::X; }
impl Two for Shelf { type Y = <Shelf as One<<Self as Two>::Y>>::X; }
fn keep<A: One<B::Y>, B: Two>(x: A::X, y: B::Y, word: String) { WORDS.lock().unwrap().push(word); x.keep(y); }
fn handle_add(word: String) { keep::<Shelf, Desk>(find(), find(), word); }
fn handle_words() -> usize { WORDS.lock().unwrap().len() }
fn main() { serve(handle_add); }
",
    );
}

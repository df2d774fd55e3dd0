//! From one page to another in the browser: the next page is prepared, data and all, while the last one is still shown;
//! then they are exchanged, and the address with them. Whoever goes elsewhere meanwhile is taken there instead.

use leptos::either::Either;
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use leptos::tachys::reactive_graph::OwnedView;
use leptos::task::{spawn_local, tick};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Address, Location, Page};
use crate::browser::{self, Journey};

/// What a page waits for before it is shown.
type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where a page that is being prepared puts what it waits for.
#[derive(Clone, Default)]
pub struct Preparation(Arc<Mutex<Vec<Wait>>>);

impl Preparation {
    /// The page is shown when this is done.
    pub fn wait_for(&self, wait: impl Future<Output = ()> + Send + 'static) {
        locked(&self.0).push(Box::pin(wait));
    }

    async fn done(&self) {
        let waits = std::mem::take(&mut *locked(&self.0));
        for wait in waits {
            wait.await;
        }
    }
}

/// What is shown, and what is about to be. Copies share it.
#[derive(Clone, Copy)]
pub struct Router {
    /// The address that is shown.
    shown: Location,
    /// The page at that address, with its own copy of it.
    current: StoredValue<(Page, Location)>,
    /// A prepared page, until it is put in its place.
    next: StoredValue<Arc<Mutex<Option<OwnedView<AnyView>>>>>,
    /// Rises with each page that is put in its place.
    arrivals: RwSignal<u32>,
    /// Rises with each journey: only the latest one arrives.
    journeys: StoredValue<u32>,
    /// The owner of all pages: none may depend on the one from which it was reached.
    owner: StoredValue<Option<WeakOwner>>,
}

/// A router at the address of the request, or of the document. Whatever is inside finds it, and the address.
#[must_use]
pub fn provide_router() -> Router {
    let address = present_address();
    let shown = Location::new(&address);
    let router = Router {
        shown,
        current: StoredValue::new((Page::of_path(&address.path).0, shown)),
        next: StoredValue::default(),
        arrivals: RwSignal::new(0),
        journeys: StoredValue::new(0),
        owner: StoredValue::new(Owner::current().map(|owner| owner.downgrade())),
    };
    provide_context(router);
    provide_context(router.shown);
    router
}

#[cfg(feature = "ssr")]
fn present_address() -> Address {
    let parts = use_context::<axum::http::request::Parts>();
    let text = parts.as_ref().and_then(|parts| parts.uri.path_and_query()).map_or("/", |text| text.as_str());
    Address::parse(text)
}

#[cfg(not(feature = "ssr"))]
fn present_address() -> Address {
    Address::parse(&browser::present_address())
}

/// The page at the router's address.
#[component]
pub fn Shown(
    /// The router.
    router: Router,
) -> impl IntoView {
    let (page, _) = router.current.get_value();
    let (first, location, _) = prepared(page, &present_address());
    router.current.set_value((page, location));
    let mut first = Some(first);
    let mut is_even = false;
    Effect::new(move |_| browser::listen_to_history(move |address, journey| router.begin(&address, journey)));
    view! {
        {move || {
            router.arrivals.track();
            // The one and the other side by turns: a page is never made of what is left of the last one.
            is_even = !is_even;
            match first.take().or_else(|| router.take_next()) {
                Some(page) if is_even => Either::<_, OwnedView<AnyView>>::Left(page).into_any(),
                Some(page) => Either::<OwnedView<AnyView>, _>::Right(page).into_any(),
                None => ().into_any(),
            }
        }}
    }
}

/// The page with an owner and a location of its own, and what it waits for. One that came from the server has its data.
fn prepared(page: Page, address: &Address) -> (OwnedView<AnyView>, Location, Preparation) {
    let owner = Owner::new();
    let preparation = Preparation::default();
    let (view, location) = owner.with(|| {
        let location = Location::new(address);
        provide_context(location);
        provide_context(preparation.clone());
        (page.view(), location)
    });
    (OwnedView::new_with_owner(view, owner), location, preparation)
}

impl Router {
    /// Goes to this address.
    fn begin(self, address: &str, journey: Journey) {
        let address = Address::parse(address);
        self.journeys.update_value(|journeys| *journeys += 1);
        let number = self.journeys.get_value();
        let (page, location) = self.current.get_value();
        let next = Page::of_path(&address.path).0;
        if next == page {
            location.set(&address);
            self.arrive(&address, journey);
        } else if let Some(owner) = self.owner.get_value().and_then(|owner| owner.upgrade()) {
            owner.with(|| spawn_local(self.travel(next, address, journey, number)));
        }
    }

    async fn travel(self, page: Page, address: Address, journey: Journey, number: u32) {
        let is_latest = || self.journeys.get_value() == number;
        page.load().await;
        if !is_latest() {
            return;
        }
        let (view, location, preparation) = prepared(page, &address);
        preparation.done().await;
        if is_latest() {
            self.current.set_value((page, location));
            self.next.with_value(|next| *locked(next) = Some(view));
            self.arrivals.update(|arrivals| *arrivals += 1);
            self.arrive(&address, journey);
        }
    }

    fn take_next(self) -> Option<OwnedView<AnyView>> {
        self.next.with_value(|next| locked(next).take())
    }

    fn arrive(self, address: &Address, journey: Journey) {
        if journey != Journey::Along {
            browser::show_address(&address.to_string());
        }
        if journey == Journey::Onward {
            let hash = address.hash.clone();
            spawn_local(async move {
                // The page stands a moment later.
                tick().await;
                browser::scroll_to(&hash);
            });
        }
        self.shown.set(address);
    }
}

/// A panic elsewhere does not make what is inside wrong.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A function that goes to an address of the shop.
pub fn use_navigate() -> impl Fn(&str) + Clone + 'static {
    let router = use_context::<Router>();
    move |address| {
        if let Some(router) = router {
            router.begin(address, Journey::Onward);
        }
    }
}

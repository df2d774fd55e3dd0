//! Puts parts that the server rendered in the place of those that are shown. Elements stay where they are and change
//! only where they differ: so the focus, a chart that is read, an opened table and what is scrolled stay as they are,
//! and a screen reader hears of what has changed alone.

use crate::browser::elements::all_within;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTemplateElement, Node};

/// What the owner changes, and the server never does: whether details are open.
const KEPT: &str = "open";

/// The parts in this HTML, each with its name.
pub(super) fn parsed(html: &str) -> Vec<(String, Element)> {
    let template =
        document().create_element("template").ok().and_then(|made| made.dyn_into::<HtmlTemplateElement>().ok());
    let Some(template) = template else { return Vec::new() };
    template.set_inner_html(html);
    let Some(holder) = document().create_element("div").ok() else { return Vec::new() };
    // A fragment that is appended somewhere is emptied into it.
    let _ = holder.append_child(&template.content());
    let named = |part: Element| Some((part.get_attribute("data-part")?, part));
    all_within(&holder, "[data-part]").into_iter().filter_map(named).collect()
}

/// The part of this name that is shown.
pub(super) fn shown(name: &str) -> Option<Element> {
    document().query_selector(&format!("[data-part=\"{name}\"]")).ok().flatten()
}

/// Makes `old` what `new` is. Nodes of `new` may be moved into it.
pub(super) fn become_like(old: &Node, new: &Node) {
    match (old.dyn_ref::<Element>(), new.dyn_ref::<Element>()) {
        (Some(old), Some(new)) => {
            take_attributes(old, new);
            take_children(old, new);
        }
        _ if old.node_value() != new.node_value() => old.set_node_value(new.node_value().as_deref()),
        _ => {}
    }
}

fn take_attributes(old: &Element, new: &Element) {
    let names = |element: &Element| element.get_attribute_names().iter().filter_map(|name| name.as_string()).collect();
    let (old_names, new_names): (Vec<String>, Vec<String>) = (names(old), names(new));
    for name in old_names.iter().filter(|name| !new_names.contains(name) && *name != KEPT) {
        // What is there can be taken away.
        let _ = old.remove_attribute(name);
    }
    for name in &new_names {
        let value = new.get_attribute(name).unwrap_or_default();
        if old.get_attribute(name).as_deref() != Some(&value) {
            // It is a name that the browser has read just now.
            let _ = old.set_attribute(name, &value);
        }
    }
}

fn take_children(old: &Element, new: &Element) {
    let (mut at, mut next) = (old.first_child(), new.first_child());
    while let Some(wanted) = next {
        next = wanted.next_sibling();
        match counterpart(at.as_ref(), &wanted) {
            Some(same) => {
                if at.as_ref() == Some(&same) {
                    at = same.next_sibling();
                } else {
                    let _ = old.insert_before(&same, at.as_ref());
                }
                become_like(&same, &wanted);
            }
            None => {
                let _ = old.insert_before(&wanted, at.as_ref());
            }
        }
    }
    while let Some(left) = at {
        at = left.next_sibling();
        let _ = old.remove_child(&left);
    }
}

/// The node, from `at` on, that is to become `wanted`: the one with the same key, or the next one of the same kind.
fn counterpart(at: Option<&Node>, wanted: &Node) -> Option<Node> {
    let key = key_of(wanted);
    let mut node = at.cloned();
    while let Some(candidate) = node {
        let is_same = candidate.node_type() == wanted.node_type()
            && candidate.node_name() == wanted.node_name()
            && key_of(&candidate) == key;
        if is_same {
            return Some(candidate);
        }
        key.as_ref()?;
        node = candidate.next_sibling();
    }
    None
}

fn key_of(node: &Node) -> Option<String> {
    node.dyn_ref::<Element>()?.get_attribute("data-key")
}

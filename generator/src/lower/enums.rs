//! Enums: one for each owning type and property, named from both.

use openapiv3::{Schema, StringType};

use super::{docs, given, names};
use crate::error::{Error, Place};
use crate::model::{Enum, TypeName, Variant};
use crate::read::Spec;

/// The enum of a property.
pub(super) fn lower(
    spec: &Spec,
    place: &Place,
    owner: &TypeName,
    wire: &str,
    schema: &Schema,
    string: &StringType,
) -> Result<Enum, Error> {
    let description = schema.schema_data.description.as_deref().unwrap_or_default();
    let base = owner.name.strip_suffix("Spec").unwrap_or(&owner.name);
    let name = match is_inside(place) {
        true => format!("{}{}", owner.name, names::part(wire)),
        false => format!("{}{}", base.trim_end_matches('_'), names::part(wire)),
    };
    let name = spec.names.claim_enum(place, &owner.module, &name, &format!("{}.{wire}", owner.name));
    let mut variants = Vec::new();
    let values: Vec<&str> = string.enumeration.iter().flatten().map(String::as_str).collect();
    let names = given::variants(&values, &["Other"]);
    for value in &string.enumeration {
        // Null means that the field is not set, which every field may be.
        let Some(value) = value else { continue };
        if variants.iter().any(|it: &Variant| it.value == *value) {
            continue;
        }
        let variant = names.get(value.as_str()).cloned().unwrap_or_default();
        variants.push(Variant {
            value: value.clone(),
            name: variant,
            doc: docs::rustdoc(meaning(description, value).as_deref(), &format!("`{value:?}`.")),
        });
    }
    Ok(Enum {
        doc: docs::rustdoc(
            None,
            &format!("The values of `{}.{wire}` that were known when this was generated.", owner.name),
        ),
        name,
        variants,
    })
}

/// True inside of a named schema: `/components/schemas/NAME/properties/spec/properties/phase`. What owns the enum is named
/// after its path there, and so is the enum.
fn is_inside(place: &Place) -> bool {
    place.pointer.split('/').filter(|it| *it == "properties").count() > 1
}

/// What the description says about one value: ``- `"Always"` means that ...``.
fn meaning(description: &str, value: &str) -> Option<String> {
    let head = format!("`{value:?}`");
    let line =
        description.lines().map(str::trim).find_map(|line| line.strip_prefix("- ")?.strip_prefix(&head))?;
    let text = line.trim();
    (!text.is_empty()).then(|| format!("{head} {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_documented_from_the_description() {
        let text = "When to pull.\n\nPossible enum values:\n - `\"Always\"` means pull.\n - `\"Never\"`";
        assert_eq!(meaning(text, "Always").as_deref(), Some("`\"Always\"` means pull."));
        assert_eq!(meaning(text, "Never"), None);
        assert_eq!(meaning(text, "Other"), None);
    }
}

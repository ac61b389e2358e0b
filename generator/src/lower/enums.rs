//! Enums: one for each owning type and property, named from both.

use heck::ToUpperCamelCase;
use openapiv3::{Schema, StringType};

use super::taken::Taken;
use super::{docs, names};
use crate::error::{Error, Place};
use crate::model::{Enum, TypeName, Variant};

/// The enum of a property.
pub(super) fn lower(
    place: &Place,
    owner: &TypeName,
    wire: &str,
    schema: &Schema,
    string: &StringType,
) -> Result<Enum, Error> {
    let description = schema.schema_data.description.as_deref().unwrap_or_default();
    let base = owner.name.strip_suffix("Spec").unwrap_or(&owner.name);
    let name = format!("{base}{}", names::field(wire).to_upper_camel_case());
    let mut variants = Vec::new();
    let mut taken = Taken::default();
    taken.take(&name, "Other", "the variant for unknown values", place)?;
    for (number, value) in string.enumeration.iter().enumerate() {
        let place = place.at("enum").at(&number.to_string());
        let Some(value) = value else {
            // Where null is allowed, it is one of the values: it means that the field is not set.
            if schema.schema_data.nullable {
                continue;
            }
            return Err(Error::new(
                &place,
                "an enum value is null",
                "null means that the field is not set: the schema must say `nullable` or not list it",
            ));
        };
        let variant = names::variant(value);
        taken.take(&name, &variant, &format!("the value {value:?}"), &place)?;
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

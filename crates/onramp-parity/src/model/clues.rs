use crate::expression::Expression;

/// What a check tells of a column's type, where the declared type cannot say so. The column is in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Clue {
    /// One of these texts.
    Labels { column: String, labels: Vec<String> },
    /// 0 or 1.
    Truth { column: String },
    /// A text that is JSON.
    Json { column: String },
    /// A text of at most so many letters.
    Length { column: String, most: String },
}

impl Clue {
    /// Reads one from a check in its one spelling.
    pub(crate) fn of(check: &Expression) -> Option<Self> {
        match check {
            // Whether it takes NULL is a matter of the column.
            Expression::Operation("or", parts) => {
                let mut others = parts.iter().filter(|part| !is_null_test(part));
                match (others.next(), others.next()) {
                    (Some(only), None) if parts.len() > 1 => Self::of(only),
                    _ => None,
                }
            }
            Expression::Operation("in", operands) => Self::of_list(operands),
            Expression::Operation("=", operands) => match operands.as_slice() {
                [label @ Expression::Text(_), column @ Expression::Column(_)]
                | [column @ Expression::Column(_), label @ Expression::Text(_)] => {
                    Self::of_list(&[column.clone(), label.clone()])
                }
                [Expression::Number(one), validity @ Expression::Call(..)] if one == "1" => {
                    Self::of(validity)
                }
                _ => None,
            },
            Expression::Operation("and", parts) => Self::between_zero_and_one(parts),
            Expression::Operation("<=", operands) => match operands.as_slice() {
                [Expression::Call(name, arguments), Expression::Number(most)] if name == "length" => {
                    let column = only_column(arguments)?;
                    Some(Self::Length { column, most: most.clone() })
                }
                _ => None,
            },
            Expression::Call(name, arguments) if name == "json_valid" => {
                Some(Self::Json { column: only_column(&arguments[..arguments.len().min(1)])? })
            }
            _ => None,
        }
    }

    fn of_list(operands: &[Expression]) -> Option<Self> {
        let (Expression::Column(column), items) = operands.split_first()? else { return None };
        let column = column.clone();
        let labels = items.iter().map(|item| match item {
            Expression::Text(label) => Some(label.clone()),
            _ => None,
        });
        if let Some(labels) = labels.collect::<Option<Vec<_>>>() {
            return Some(Self::Labels { column, labels });
        }
        let is_truth = |item: &Expression| match item {
            Expression::Bool(_) | Expression::Null => true,
            Expression::Number(number) => number == "0" || number == "1",
            _ => false,
        };
        items.iter().all(is_truth).then_some(Self::Truth { column })
    }

    fn between_zero_and_one(parts: &[Expression]) -> Option<Self> {
        let column = parts.iter().find_map(|part| match part {
            Expression::Operation("<=", operands) => match operands.as_slice() {
                [Expression::Number(_), Expression::Column(column)] => Some(column.clone()),
                _ => None,
            },
            _ => None,
        })?;
        let number = |digit: &str| Expression::Number(digit.to_owned());
        let own = || Expression::Column(column.clone());
        let bounds = [
            Expression::Operation("<=", vec![number("0"), own()]),
            Expression::Operation("<=", vec![own(), number("1")]),
        ];
        (parts.len() == 2 && bounds.iter().all(|bound| parts.contains(bound)))
            .then_some(Self::Truth { column })
    }

    /// The column that it is about.
    pub(crate) fn column(&self) -> &str {
        match self {
            Self::Labels { column, .. }
            | Self::Truth { column }
            | Self::Json { column }
            | Self::Length { column, .. } => column,
        }
    }
}

fn only_column(arguments: &[Expression]) -> Option<String> {
    match arguments {
        [Expression::Column(column)] => Some(column.clone()),
        _ => None,
    }
}

fn is_null_test(expression: &Expression) -> bool {
    matches!(expression, Expression::Operation("is null", _))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::Nowhere;

    fn clue(text: &str) -> Option<Clue> {
        Clue::of(&Expression::check(text, &Nowhere))
    }

    #[test]
    fn checks_tell_of_types() {
        let column = || "a".to_owned();
        assert_eq!(clue("A IN (0, 1)"), Some(Clue::Truth { column: column() }));
        assert_eq!(clue("a BETWEEN 0 AND 1"), Some(Clue::Truth { column: column() }));
        assert_eq!(clue("(JSON_VALID(\"a\") OR \"a\" IS NULL)"), Some(Clue::Json { column: column() }));
        assert_eq!(clue("json_valid(a) = 1"), Some(Clue::Json { column: column() }));
        let most = "20".to_owned();
        assert_eq!(clue("length(a) <= 20"), Some(Clue::Length { column: column(), most }));
        let labels = vec!["x".to_owned(), "y".to_owned()];
        assert_eq!(clue("a IN ('y', 'x')"), Some(Clue::Labels { column: column(), labels }));
        let labels = vec!["x".to_owned()];
        assert_eq!(clue("a = 'x'"), Some(Clue::Labels { column: column(), labels }));
        for text in [
            "a > 0",
            "a IN (1, 2)",
            "length(a) < 20",
            "a = b",
            "a IN ('x', b)",
            "a BETWEEN 0 AND 2",
            "json_valid()",
        ] {
            assert_eq!(clue(text), None, "{text}");
        }
    }
}

//! What a project decides for itself: the levels of rules, when a run fails, and entries of its own for the catalogue.
//! Reads the text of `statelint.toml` and the options that override it; never touches the disk and never judges.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use crate::catalog::{Catalog, Fault, Text};
use crate::discover::ConfigFile;
use crate::finding::{Finding, Level};
use crate::near;
use crate::rules;

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    fail_on: Option<Spanned<String>>,
    pedantic: Option<bool>,
    #[serde(default)]
    levels: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Entries for the catalogue: it reads the same text once more, as it reads its own, and says what is wrong with them.
    #[serde(rename = "backend")]
    _backends: Option<IgnoredAny>,
    #[serde(rename = "framework")]
    _frameworks: Option<IgnoredAny>,
    #[serde(rename = "wait")]
    _waits: Option<IgnoredAny>,
}

/// What a project decided. Without a file and without options, what comes with the program.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The lowest level that fails a run.
    pub fail_on: Option<Level>,
    /// Whether notes are shown.
    pub pedantic: Option<bool>,
    choices: BTreeMap<&'static str, Choice>,
    /// With the project's entries, where it has some.
    catalog: Option<Arc<Catalog>>,
}

/// The level of a rule, as an option of the command line sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    rule: &'static str,
    setting: Setting,
}

/// What a project wants to hear of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setting {
    Off,
    At(Level),
}

#[derive(Debug, Clone)]
struct Choice {
    setting: Setting,
    by: By,
}

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// A file of this name.
    File(String),
    /// `--level`.
    Option,
}

/// A rule that is switched off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchedOff {
    /// Its id.
    pub rule: &'static str,
    /// Who decided.
    pub by: By,
    /// How many findings it would have.
    pub findings: usize,
}

impl Config {
    /// What a file says.
    ///
    /// # Errors
    /// All that is wrong with it, as far as it can be read, in the order of the lines.
    pub fn read(file: &ConfigFile) -> Result<Config, Vec<Fault>> {
        let text = Text {
            file: &file.path,
            text: &file.text,
        };
        let written: Written =
            toml::from_str(text.text).map_err(|error| vec![Fault::of_toml(&text, &error)])?;
        let mut faults = Vec::new();
        let mut config = Config {
            pedantic: written.pedantic,
            ..Config::default()
        };
        if let Some(name) = &written.fail_on {
            config.fail_on = Level::named(name.as_ref());
            if config.fail_on.is_none() {
                faults.push(Fault::unknown(&text, name, "level to fail on", &LEVELS[..3]));
            }
        }
        for (rule, level) in &written.levels {
            match choice(&text, rule, level) {
                Ok((id, setting)) => config.choose(id, setting, By::File(file.name.clone())),
                Err(found) => faults.extend(found),
            }
        }
        match Catalog::extended(&[text], &rules::ids()) {
            Ok(catalog) => config.catalog = Some(Arc::new(catalog)),
            Err(found) => faults.extend(found),
        }
        if faults.is_empty() {
            return Ok(config);
        }
        faults.sort_by_key(|fault| (fault.line, fault.column));
        Err(faults)
    }

    /// Options of the command line win over the file, and later ones over earlier ones.
    #[must_use]
    pub fn overridden(mut self, options: &[Assignment]) -> Config {
        for option in options {
            self.choose(option.rule, option.setting, By::Option);
        }
        self
    }

    /// The catalogue with the project's own entries.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.catalog.as_deref().unwrap_or_else(|| Catalog::embedded())
    }

    /// Who switched a rule off.
    #[must_use]
    pub fn off(&self, rule: &str) -> Option<&By> {
        let choice = self.choices.get(rule)?;
        (choice.setting == Setting::Off).then_some(&choice.by)
    }

    /// Gives a finding the level that its rule is set to, and says so where that is another one.
    pub fn set_level(&self, finding: &mut Finding) {
        let Some(choice) = self.choices.get(finding.rule) else {
            return;
        };
        if let Setting::At(level) = choice.setting
            && level != finding.level
        {
            let told = format!(
                "its level is set {}, by itself it is {}",
                choice.by, finding.level
            );
            finding.because.push(told);
            finding.level = level;
        }
    }

    /// Sets the levels of findings and takes out those of rules that are switched off. Gives these rules. The rules have spoken
    /// by now, so none takes the place of one that is off.
    pub(crate) fn apply(&self, findings: &mut Vec<Finding>) -> Vec<SwitchedOff> {
        let rules = self.choices.keys();
        let off = rules.filter_map(|rule| {
            Some(SwitchedOff {
                rule,
                by: self.off(rule)?.clone(),
                findings: findings.iter().filter(|finding| finding.rule == *rule).count(),
            })
        });
        let off = off.collect();
        findings.retain(|finding| self.off(finding.rule).is_none());
        findings.iter_mut().for_each(|finding| self.set_level(finding));
        off
    }

    fn choose(&mut self, rule: &'static str, setting: Setting, by: By) {
        self.choices.insert(rule, Choice { setting, by });
    }
}

impl Assignment {
    /// Reads `global-counter=note`, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Assignment, String> {
        let Some((rule, level)) = text.split_once('=') else {
            return Err("write a rule and its level, as in `global-counter=note`".to_owned());
        };
        let ids = rules::ids();
        let refused = |word: &str, what: &str, known: &[&str]| {
            let meant = near::nearest(word, known.iter().copied());
            let advice = near::advice(meant, "valid", &known.join(", "));
            format!("`{word}` is no {what}; {advice}")
        };
        let known = rules::by_id(rule).ok_or_else(|| refused(rule, "rule", &ids))?;
        let setting = Setting::named(level).ok_or_else(|| refused(level, "level", &LEVELS))?;
        Ok(Assignment {
            rule: known.id,
            setting,
        })
    }
}

/// What may stand in `[levels]`; the first three are levels of findings.
const LEVELS: [&str; 4] = ["error", "warning", "note", "off"];

impl Setting {
    fn named(name: &str) -> Option<Setting> {
        match name {
            "off" => Some(Setting::Off),
            _ => Level::named(name).map(Setting::At),
        }
    }
}

/// One line of `[levels]`.
fn choice(
    text: &Text<'_>,
    rule: &Spanned<String>,
    level: &Spanned<String>,
) -> Result<(&'static str, Setting), Vec<Fault>> {
    let known = rules::by_id(rule.as_ref());
    let setting = Setting::named(level.as_ref());
    if let (Some(known), Some(setting)) = (known, setting) {
        return Ok((known.id, setting));
    }
    let mut faults = Vec::new();
    if known.is_none() {
        faults.push(Fault::unknown(text, rule, "rule", &rules::ids()));
    }
    if setting.is_none() {
        faults.push(Fault::unknown(text, level, "level", &LEVELS));
    }
    Err(faults)
}

impl By {
    /// The file or the option.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            By::File(name) => name,
            By::Option => "--level",
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            By::File(_) => "in",
            By::Option => "by",
        };
        write!(f, "{word} {}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, Vec<String>> {
        let file = ConfigFile {
            path: "statelint.toml".to_owned(),
            name: "statelint.toml".to_owned(),
            text: text.to_owned(),
        };
        Config::read(&file).map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[track_caller]
    fn refused(text: &str) -> String {
        let faults = read(text).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:#?}");
        faults.into_iter().next().unwrap()
    }

    #[test]
    fn an_empty_file_decides_nothing() {
        let config = read("").unwrap();
        assert!(config.choices.is_empty() && config.fail_on.is_none() && config.pedantic.is_none());
        assert_eq!(
            config.catalog().backends.len(),
            Catalog::embedded().backends.len()
        );
    }

    #[test]
    fn each_rule_can_have_each_level() {
        for rule in rules::all() {
            for level in LEVELS {
                let config = read(&format!("[levels]\n{} = '{level}'\n", rule.id)).unwrap();
                assert_eq!(config.off(rule.id).is_some(), level == "off");
            }
        }
    }

    #[test]
    fn a_rule_that_does_not_exist_is_refused_with_its_place() {
        let said = refused("[levels]\n  global-conter = 'off'\n");
        assert!(
            said.starts_with("statelint.toml:2:3: `global-conter` is no rule; did you mean `global-counter`? valid: embedded-database, "),
            "{said}"
        );
    }

    #[test]
    fn a_level_that_does_not_exist_is_refused_with_its_place() {
        assert_eq!(
            refused("[levels]\nglobal-counter = 'warn'\n"),
            "statelint.toml:2:18: `warn` is no level; did you mean `warning`? valid: error, warning, note, off"
        );
        assert_eq!(
            refused("fail-on = 'off'\n"),
            "statelint.toml:1:11: `off` is no level to fail on; valid: error, warning, note"
        );
        let said = refused("[levels]\nglobal-counter = 3\n");
        assert!(said.starts_with("statelint.toml:2:18: invalid type"), "{said}");
    }

    #[test]
    fn a_key_that_does_not_exist_is_refused_with_the_near_one() {
        let said = refused("pedantc = true\n");
        assert!(
            said.starts_with(
                "statelint.toml:1:1: unknown field `pedantc`; did you mean `pedantic`? valid: `fail-on`, "
            ),
            "{said}"
        );
        // A table of the catalogue that is not for projects.
        let said = refused("[[method]]\nnames = ['a']\n");
        assert!(said.contains("unknown field `method`"), "{said}");
    }

    #[test]
    fn what_is_no_toml_says_where() {
        let said = refused("fail-on = 'error'\n[levels\n");
        assert!(said.starts_with("statelint.toml:2:"), "{said}");
    }

    #[test]
    fn all_mistakes_are_told_in_the_order_of_lines() {
        let text = "fail-on = 'x'\n[[framework]]\nname = 'house'\ncrates = ['house-web']\n[levels]\nlocal-lock = 'y'\nz = 'off'\n";
        let lines: Vec<String> = read(text)
            .unwrap_err()
            .iter()
            .map(|fault| fault.split(": ").next().unwrap().to_owned())
            .collect();
        assert_eq!(
            lines,
            ["1:11", "2:1", "6:14", "7:1"].map(|at| format!("statelint.toml:{at}"))
        );
    }

    #[test]
    fn options_win_over_the_file() {
        let config = read("[levels]\nlocal-lock = 'off'\nglobal-counter = 'note'\n").unwrap();
        let options = ["local-lock=error", "global-counter=off"].map(|text| Assignment::parse(text).unwrap());
        let config = config.overridden(&options);
        assert_eq!(config.off("local-lock"), None);
        assert_eq!(config.off("global-counter"), Some(&By::Option));
    }

    #[test]
    fn an_option_that_means_nothing_says_what_would_be_right() {
        let said = |text| Assignment::parse(text).unwrap_err();
        assert!(said("global-counter").contains("`global-counter=note`"));
        assert!(said("global-conter=note").contains("did you mean `global-counter`?"));
        assert_eq!(
            said("global-counter=of"),
            "`of` is no level; did you mean `off`? valid: error, warning, note, off"
        );
    }
}

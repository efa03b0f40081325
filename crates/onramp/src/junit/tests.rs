use expect_test::{Expect, expect};
use onramp_core::Secrets;

use super::counts::count;
use super::walk::walk;
use super::writer::{Copy, ReportWriter};

/// The merged report of one suite's file.
fn merged(xml: &[u8]) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("junit.xml");
    std::fs::write(&file, xml).unwrap();
    let secrets = Secrets::new();
    secrets.add("hunter<2>");
    let (suites, total) = count(&file)?;
    let mut bytes = Vec::new();
    let mut report = ReportWriter::begin(&mut bytes, &secrets, "onramp test", &total).unwrap();
    walk(&file, &mut Copy { report: &mut report, task: "test:t", counts: suites.into_iter() })?;
    report.finish().unwrap();
    Ok(String::from_utf8(bytes).unwrap())
}

#[track_caller]
fn check(xml: &str, expected: Expect) {
    expected.assert_eq(&merged(xml.as_bytes()).unwrap_or_else(|error| format!("{error}\n")));
}

#[test]
fn pytest() {
    check(
        r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="0.044" timestamp="2026-11-24T15:07:07+00:00"><properties><property name="a" value="b" /></properties><testcase classname="tests.test_a" name="test_sum" time="0.002"><failure message="AssertionError: 1 is odd&#10;assert (1 % 2) == 0">&gt;       assert 1 + 1 == 3</failure></testcase><testcase classname="tests.test_a" name="test_even[2]" time="0.000" /><testcase classname="tests.test_a" name="test_later" time="0.000"><skipped type="pytest.skip" message="later">x</skipped></testcase><testcase classname="tests.test_a" name="test_setup" time="0.000"><error message="failed on setup with &quot;RuntimeError&quot;">E</error></testcase></testsuite></testsuites>"#,
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="onramp test" tests="4" failures="1" errors="1" skipped="1" time="0.044">
              <testsuite name="test:t / pytest" tests="4" failures="1" errors="1" skipped="1" time="0.044" timestamp="2026-11-24T15:07:07+00:00">
                <properties>
                  <property name="a" value="b"/>
                </properties>
                <testcase classname="tests.test_a" name="test_sum" time="0.002">
                  <failure message="AssertionError: 1 is odd&#10;assert (1 % 2) == 0">&gt;       assert 1 + 1 == 3</failure>
                </testcase>
                <testcase classname="tests.test_a" name="test_even[2]" time="0.000"/>
                <testcase classname="tests.test_a" name="test_later" time="0.000">
                  <skipped type="pytest.skip" message="later">x</skipped>
                </testcase>
                <testcase classname="tests.test_a" name="test_setup" time="0.000">
                  <error message="failed on setup with &quot;RuntimeError&quot;">E</error>
                </testcase>
              </testsuite>
            </testsuites>
        "#]],
    );
}

#[test]
fn node_with_cases_in_no_suite_and_characters_that_xml_does_not_know() {
    check(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>
<testsuites>
\t<testcase name=\"top\" time=\"0.25\" classname=\"test\"/>
\t<testcase name=\"bad\" time=\"0.5\" classname=\"test\" failure=\"\u{1b}[31mred\u{1b}[0m &amp; &lt;x>\">
\t\t<failure type=\"testCodeFailure\" message=\"\u{1b}[31mred\u{1b}[0m &amp; &lt;x>\">
[\u{1b}[31mred\u{1b}[0m &amp; \u{1}]
\t\t</failure>
\t</testcase>
\t<testsuite name=\"outer\" time=\"1\" disabled=\"0\" errors=\"0\" tests=\"1\" failures=\"0\" skipped=\"0\" hostname=\"vm\">
\t\t<testcase name=\"inner\" time=\"0.75\" classname=\"test\"/>
\t</testsuite>
\t<testcase name=\"later\" time=\"0\" classname=\"test\">
\t\t<skipped type=\"skipped\" message=\"true\"/>
\t</testcase>
\t<!-- tests 4 -->
</testsuites>",
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="onramp test" tests="4" failures="1" errors="0" skipped="1" time="1.750">
              <testsuite name="test:t" tests="2" failures="1" errors="0" skipped="0" time="0.750">
                <testcase name="top" time="0.25" classname="test"/>
                <testcase name="bad" time="0.5" classname="test" failure="red &amp; &lt;x&gt;">
                  <failure type="testCodeFailure" message="red &amp; &lt;x&gt;">
            [red &amp; ]
            		</failure>
                </testcase>
              </testsuite>
              <testsuite name="test:t / outer" tests="1" failures="0" errors="0" skipped="0" time="1.000" disabled="0" hostname="vm">
                <testcase name="inner" time="0.75" classname="test"/>
              </testsuite>
              <testsuite name="test:t" tests="1" failures="0" errors="0" skipped="1" time="0.000">
                <testcase name="later" time="0" classname="test">
                  <skipped type="skipped" message="true"/>
                </testcase>
              </testsuite>
            </testsuites>
        "#]],
    );
}

#[test]
fn one_suite_as_the_root_nested_suites_and_wrong_totals() {
    check(
        r#"<!DOCTYPE testsuite>
<testsuite name="outer" tests="99" time="1,234.5">
  <testsuite name="inner" failures="7"><testcase name="a" time="1.5"><failure/><error/></testcase></testsuite>
  <testsuite><testcase name="b" time="nan"><system-out><failure/></system-out></testcase></testsuite>
</testsuite>"#,
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="onramp test" tests="2" failures="0" errors="1" skipped="0" time="1234.500">
              <testsuite name="test:t / outer" tests="2" failures="0" errors="1" skipped="0" time="1234.500">
                <testsuite name="inner" tests="1" failures="0" errors="1" skipped="0" time="1.500">
                  <testcase name="a" time="1.5">
                    <failure/>
                    <error/>
                  </testcase>
                </testsuite>
                <testsuite name="test:t" tests="1" failures="0" errors="0" skipped="0" time="0.000">
                  <testcase name="b" time="nan">
                    <system-out>
                      <failure/>
                    </system-out>
                  </testcase>
                </testsuite>
              </testsuite>
            </testsuites>
        "#]],
    );
}

#[test]
fn namespaces_sections_references_and_secrets() {
    check(
        r#"<?xml version="1.0"?>
<j:testsuites xmlns:j="urn:junit" xmlns:xsi="urn:x" xsi:schemaLocation="a b"><j:properties>gone</j:properties>
<j:testsuite j:id="1" name="hunter&lt;2&gt;"><j:testcase name="&#xe4;&#x1b;"><j:system-out><![CDATA[a < b && hunter<2>]]> &amp; hunter&lt;2&#62;</j:system-out></j:testcase></j:testsuite></j:testsuites>"#,
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="onramp test" tests="1" failures="0" errors="0" skipped="0" time="0.000">
              <testsuite name="test:t / ***" tests="1" failures="0" errors="0" skipped="0" time="0.000">
                <testcase name="ä">
                  <system-out>a &lt; b &amp;&amp; *** &amp; ***</system-out>
                </testcase>
              </testsuite>
            </testsuites>
        "#]],
    );
}

#[test]
fn an_empty_report_is_one() {
    check(
        "<testsuites/>",
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="onramp test" tests="0" failures="0" errors="0" skipped="0" time="0.000"/>
        "#]],
    );
    check(
        "\u{feff}<testsuite/>",
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="onramp test" tests="0" failures="0" errors="0" skipped="0" time="0.000">
              <testsuite name="test:t" tests="0" failures="0" errors="0" skipped="0" time="0.000"/>
            </testsuites>
        "#]],
    );
}

#[test]
fn what_is_no_report_says_why() {
    for xml in [
        "",
        "not XML",
        "<html/>",
        "<testsuites><testsuite>",
        "<testsuites><testsuite></testsuites>",
        "<testsuites a=1/>",
        "<testsuites>&nope;</testsuites>",
        "<testsuite name='&nope;'/>",
        "<testsuite",
    ] {
        let error = merged(xml.as_bytes()).expect_err(xml);
        assert!(!error.is_empty(), "{xml}");
    }
    merged(b"<testsuite name='\xff'/>").expect_err("not UTF-8");
}

#[test]
fn many_cases_are_counted() {
    let case = "<testcase name=\"x\" time=\"0.001\"><failure>no</failure></testcase>";
    let xml = format!("<testsuite name=\"big\">{}</testsuite>", case.repeat(50_000));
    let merged = merged(xml.as_bytes()).unwrap();
    assert!(merged.contains("tests=\"50000\" failures=\"50000\" errors=\"0\" skipped=\"0\" time=\"50.000\""));
}

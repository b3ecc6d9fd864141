// The style sheet of report.html. Colours are variables with a light and a dark set; each pair of
// text and ground keeps a contrast of at least 4.5 : 1 (WCAG 2.2, success criterion 1.4.3;
// tests/report checks it).
#pragma once

#include "report/formats/html_builder.h"

namespace bp {

/// The page's policy allows this style sheet alone; tests/report/page_hashes_test.py says what it
/// must be.
inline constexpr std::string_view page_style_hash =
    "sha256-am0bpJvMHz0VXJFcH1RgzlNlI0aUKZrDJ/HVRAwtEt8=";

inline constexpr html::Literal page_style = R"css(
:root{color-scheme:light dark;
--ground:#f6f7f9;--card:#ffffff;--ink:#1a1f2b;--soft:#525b6b;--line:#d9dee7;--accent:#0b5cad;--code:#eef1f6;
--good:#0a6b35;--good-bg:#e0f5e8;--partly:#805000;--partly-bg:#fdf0d5;--bad:#a3192b;--bad-bg:#fde7e9;
--broken:#ffffff;--broken-bg:#a3192b;--unknown:#444d5c;--unknown-bg:#e8ebf0}
@media (prefers-color-scheme:dark){:root{
--ground:#10141b;--card:#181e28;--ink:#e6eaf2;--soft:#a6b0c0;--line:#2d3644;--accent:#7ab8ff;--code:#222a37;
--good:#7fe0a5;--good-bg:#12321f;--partly:#f5c767;--partly-bg:#382a0c;--bad:#ff9ba6;--bad-bg:#40161c;
--broken:#240a0e;--broken-bg:#ff9ba6;--unknown:#c0c8d4;--unknown-bg:#2a3240}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:break-word}
header.page,main,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header.page{padding-top:2rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .35rem;letter-spacing:-.015em}
h2{font-size:1.3rem;line-height:1.25;margin:2.6rem 0 .9rem;letter-spacing:-.01em}
h3{font-size:1.05rem;margin:1.5rem 0 .6rem}
h4{font-size:.95rem;margin:1.1rem 0 .4rem}
p{margin:.5rem 0;max-width:75ch}
a{color:var(--accent)}
code,.badge,dd{overflow-wrap:anywhere}
code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.soft{color:var(--soft)}
.meta{color:var(--soft);font-size:.875rem;margin:.15rem 0}
a.skip{position:absolute;left:-100vw;top:.5rem;padding:.5rem 1rem;background:var(--card);border:2px solid var(--accent);border-radius:8px;z-index:2}
a.skip:focus{left:.5rem}
main:focus{outline:0}
nav ul{display:flex;flex-wrap:wrap;gap:.4rem;list-style:none;margin:1.2rem 0 0;padding:0}
nav a{display:inline-block;padding:.3rem .75rem;border:1px solid var(--line);border-radius:99px;background:var(--card);text-decoration:none;font-size:.875rem}
nav a:hover,nav a:focus-visible{border-color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.1rem 1.25rem;margin:0 0 1rem}
.card>:first-child{margin-top:0}.card>:last-child{margin-bottom:0}
.alert{border-left:5px solid var(--unknown);padding:.7rem 1rem;margin:1rem 0;background:var(--card);border-radius:0 10px 10px 0}
.alert.broken,.alert.bad{border-left-color:var(--bad)}.alert.partly{border-left-color:var(--partly)}
.badge{display:inline-block;padding:.08rem .55rem;border-radius:99px;font-size:.8rem;font-weight:600;white-space:nowrap;line-height:1.5}
.good{color:var(--good);background:var(--good-bg)}.partly{color:var(--partly);background:var(--partly-bg)}
.bad{color:var(--bad);background:var(--bad-bg)}.broken{color:var(--broken);background:var(--broken-bg)}
.unknown{color:var(--unknown);background:var(--unknown-bg)}
.alert.broken,.alert.bad,.alert.partly,.alert.good,.alert.unknown{color:var(--ink);background:var(--card)}
.meter{margin:.8rem 0}
.meter .label{display:flex;justify-content:space-between;font-size:.85rem;color:var(--soft);margin-bottom:.3rem}
svg{display:block;width:100%;border-radius:3px;background:var(--line)}
svg.meter-bar{height:.7rem}
.meter-bar rect{stroke:var(--card);stroke-width:2px}
rect.good{fill:var(--good)}rect.partly{fill:var(--partly)}rect.bad,rect.broken{fill:var(--bad)}rect.unknown{fill:var(--unknown)}
svg.share{height:.5rem;max-width:16rem;margin-top:.25rem}
.share rect{fill:var(--accent)}
.key{display:flex;flex-wrap:wrap;gap:.35rem;list-style:none;margin:.45rem 0 0;padding:0}
.lead{font-size:1.03rem}
ul.operations{list-style:none;margin:.6rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr));column-gap:1.5rem}
ul.operations li{padding:.45rem 0;border-top:1px solid var(--line)}
ul.operations small{display:block;color:var(--soft);font-size:.9em}
ul.sources{margin:.3rem 0 .2rem;padding-left:1.1rem;font-size:.88rem}
ul.nos{list-style:none;margin:.6rem 0;padding:0}
ul.nos li{padding:.5rem 0;border-top:1px solid var(--line)}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;font-weight:600;padding:.2rem 0 .5rem}
th,td{text-align:left;vertical-align:top;padding:.55rem .7rem;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--soft);font-size:.8rem;font-weight:600;}
tbody th{font-weight:400}
.scroll{position:relative;overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:12px;margin:0 0 1rem}
.scroll>table>caption{padding:.8rem .7rem .4rem}
td small,th small{display:block;color:var(--soft);font-size:.9em;line-height:1.4}
table.stack{table-layout:fixed}
table.backends thead th:nth-child(1){width:25%}table.backends thead th:nth-child(2){width:9rem}
table.backends thead th:nth-child(4){width:6.5rem}table.backends thead th:nth-child(5){width:18%}
table.features thead th:nth-child(1){width:27%}table.features thead th:nth-child(2){width:9rem}
table.features thead th:nth-child(3){width:6.5rem}
table.selectors thead th:nth-child(1){width:25%}table.selectors thead th:nth-child(2){width:9rem}
table.rates thead th:nth-child(1){width:24%}table.rates thead th:nth-child(2){width:8rem}
table.rates thead th:nth-child(3){width:26%}
ul.bars{list-style:none;margin:.5rem 0;padding:0;font-size:.9rem}ul.bars li{margin:.4rem 0}ul.bars svg.share{max-width:32rem}
[hidden]{display:none!important}
.paper{display:none}
.unfold{margin:.8rem 0 0;font-size:.9rem}
body:has(#unfold:checked) details::details-content{content-visibility:visible;block-size:auto;opacity:1}
@supports not selector(::details-content){.unfold{display:none}}
.tools{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin:0 0 1rem;font-size:.9rem}
.tools input[type=search]{flex:1 1 12rem;max-width:24rem;min-width:0}
.tools input[type=search],.tools select{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--soft);border-radius:8px;padding:.35rem .6rem}
.tools output{color:var(--soft)}
th button{font:inherit;color:inherit;text-align:inherit;background:none;border:0;padding:0;margin:0;cursor:pointer}
th button::after{content:" ↕"}th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
table.grid th button::after{content:""}table.grid th[aria-sort=ascending] button::after{content:" ↑"}table.grid th[aria-sort=descending] button::after{content:" ↓"}
details{margin:.35rem 0}
summary{cursor:pointer;color:var(--accent);font-size:.85rem;padding:.15rem 0}
ul.evidence{list-style:none;margin:.3rem 0 .2rem;padding:0;font-size:.85rem}
ul.evidence li{padding:.35rem 0 .35rem .7rem;border-left:3px solid var(--good);margin:.35rem 0}
ul.evidence li.against{border-left-color:var(--bad)}
.message{display:block;white-space:pre-wrap;font:.82rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;background:var(--code);border-radius:6px;padding:.3rem .5rem;margin-top:.25rem}
dl.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,13rem),1fr));gap:.15rem 1.5rem;margin:.6rem 0;font-size:.88rem}
dl.facts div{border-top:1px solid var(--line);padding:.35rem 0}
dl.facts dt{color:var(--soft);font-size:.8rem}dl.facts dd{margin:0;font-variant-numeric:tabular-nums}
dl.legend{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1rem;font-size:.9rem;margin:.5rem 0}
dl.legend dd{margin:0}
table.grid{width:auto;min-width:100%}
table.glance thead th{white-space:normal}table.glance thead th:first-child{width:26%}
table.grid th,table.grid td{padding:.3rem .25rem}
table.grid th:first-child{padding-left:.7rem}
table.grid td{text-align:center}
table.grid thead th{text-align:center;white-space:normal;font-size:.75rem;padding-left:.15rem;padding-right:.15rem}
table.grid .badge{padding-left:.4rem;padding-right:.4rem}
table.grid tbody th code{white-space:nowrap}
table.grid thead th:first-child,table.grid tbody th{text-align:left;position:sticky;left:0;background:var(--card)}
table.grid tbody th.family{font-weight:600;padding-top:.9rem}
.badge i{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
ol.log{font-size:.85rem;padding-left:1.4rem}
footer{padding-top:2rem;padding-bottom:3rem;color:var(--soft);font-size:.85rem}
@media (max-width:44rem){
body{font-size:15px}header.page,main,footer{padding-left:.9rem;padding-right:.9rem}
table.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table.stack thead button{visibility:hidden}
table.stack caption{display:block}
table.stack,table.stack tbody,table.stack tr,table.stack th,table.stack td{display:block;width:auto}
table.stack tr{border-top:1px solid var(--line);padding:.7rem .8rem}
table.stack tbody:first-of-type tr:first-child{border-top:0}
table.stack th,table.stack td{border:0;padding:.12rem 0}
table.stack td[data-label]::before{content:attr(data-label) ": ";color:var(--soft);font-size:.8rem}
table.stack td.empty{display:none}
dl.facts{grid-template-columns:repeat(auto-fill,minmax(7.5rem,1fr));gap:.1rem 1rem}
dl.legend{grid-template-columns:1fr;gap:.1rem}dl.legend dd{margin-bottom:.5rem}
table.grid tbody th code{white-space:normal}table.grid th,table.grid td{padding:.3rem .45rem}table.grid thead th:first-child,table.grid tbody th{max-width:9.5rem}
}
@media print{
@page{size:A4;margin:11mm}
:root{--ground:#ffffff;--card:#ffffff;--ink:#000000;--soft:#444444;--line:#bbbbbb;--accent:#000000;--code:#f4f4f4;
--good:#0a6b35;--good-bg:#ffffff;--partly:#805000;--partly-bg:#ffffff;--bad:#a3192b;--bad-bg:#ffffff;
--broken:#a3192b;--broken-bg:#ffffff;--unknown:#444444;--unknown-bg:#ffffff;color-scheme:light}
html,body{font-size:10.5px;line-height:1.35}
header.page,main,footer{max-width:none;padding-left:0;padding-right:0}
nav,.tools,.unfold,a.skip,th button::after{display:none}.paper{display:block;font-style:italic;max-width:none}
.badge{border:1px solid currentColor;padding:0 .35rem;font-size:.9em;line-height:1.3}
p{max-width:none;margin:.25rem 0}h2{margin:1.4rem 0 .5rem}h3{margin:.8rem 0 .3rem}h4{margin:.5rem 0 .2rem}
.card{border-radius:0;padding:.4rem .6rem;margin:0 0 .5rem}.meter{margin:.4rem 0}
.scroll{border-radius:0;overflow:visible;margin:0 0 .5rem}.scroll>table>caption{padding:.3rem .4rem .1rem}
table{font-size:9px;line-height:1.25}th,td{padding:.1rem .35rem}svg.share{height:.25rem}code,.message{font-size:.92em}
tr,li,.card.keep{break-inside:avoid}h2,h3,h4,caption,thead{break-after:avoid}thead{display:table-header-group}th,td,dd,li,p{overflow-wrap:anywhere}
ul.nos li,ul.operations li{padding:.2rem 0}ul.nos .message{margin-top:.1rem;padding:.1rem .3rem}
dl.facts{grid-template-columns:repeat(5,minmax(0,1fr))}dl.facts div{padding:.1rem 0}
/* Run on: a line for each item of evidence would be many pages. */
ul.evidence li,ul.evidence .message{display:inline;padding:0;margin:0;border:0;background:none;white-space:normal;font-size:.95em;line-height:1.25}
ul.evidence .message::before{content:" "}ul.evidence li+li::before{content:" \25AA  "}
table.features thead th:nth-child(1){width:31%}table.features thead th:nth-child(2),table.backends thead th:nth-child(2),table.selectors thead th:nth-child(2){width:7.7rem}
table.features thead th:nth-child(3),table.backends thead th:nth-child(4){width:5.8rem}table.backends thead th:nth-child(1){width:25%}table.backends thead th:nth-child(5){width:15%}
th small,td small,td>div{display:inline}th small::before,td small::before,td>div+*::before{content:" "}
body:not(:has(#unfold:checked)) #disputed .card:has(.badge.unknown){display:none}#disputed .card{padding:.25rem .6rem}#disputed .card h4,#disputed .card .meta{display:inline}
/* What is folded stays so, as the note on paper says, but where all is asked for. */
body:not(:has(#unfold:checked)) details:not([open]){display:none}
summary{color:var(--soft);list-style:none}
table.grid{font-size:8px}table.grid th,table.grid td{padding:.12rem .2rem}
}
)css";

}  // namespace bp

/**
 * The style of the page: light, dark where the system is, light on paper. Blue and orange (after Okabe and Ito) are
 * told apart by all eyes, and never carry a meaning alone.
 */
export const style: string = `
:root{color-scheme:light dark;--paper:#fdfdfc;--ink:#1c2126;--muted:#5c6670;--line:#d9dde2;--panel:#f0f1f3;
--training:#0072b2;--validation:#b34700;--right:#0072b2;--wrong:#d55e00;--positive:#0072b2;--negative:#d55e00;--field:#e69f00}
@media screen and (prefers-color-scheme:dark){:root{--paper:#121519;--ink:#e6e8eb;--muted:#a4adb7;--line:#343b43;--panel:#1e242b;
--training:#5ab4e8;--validation:#f0a050;--right:#5ab4e8;--wrong:#f0914a;--positive:#5ab4e8;--negative:#f0914a;--field:#e69f00}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:break-word}
main,header,footer{max-width:1160px;margin:0 auto;padding:0 20px}
header{padding-top:32px}
h1{font-size:30px;line-height:1.2;font-weight:650;letter-spacing:-.01em;margin:0 0 8px}
h2{font-size:20px;line-height:1.3;font-weight:650;margin:0 0 8px}
h3{font-size:15px;line-height:1.35;font-weight:600;margin:0 0 6px}
h3 small{display:block}
small{font-size:13px;font-weight:400;color:var(--muted)}
p{margin:0 0 12px;max-width:46em}
section{padding-top:36px;margin-top:36px;border-top:1px solid var(--line)}
a{color:var(--training);text-underline-offset:3px}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--training);outline-offset:3px;border-radius:2px}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:20px 0 0;padding:0}
nav a{display:inline-block;padding:3px 0}
.lead{font-size:17px;max-width:42em}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:16px 24px;margin:24px 0 0}
.facts div{border-top:2px solid var(--line);padding-top:8px}
.facts dt{color:var(--muted);font-size:13px}
.facts dd{margin:0;font-size:22px;line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.facts dd small{display:block;letter-spacing:0;line-height:1.4}
figure{margin:0;min-width:0}
figcaption{font-size:13px;line-height:1.4;color:var(--muted);margin-top:6px}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,320px),1fr));gap:28px 32px;margin:16px 0;align-items:start}
.figures.pair{grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr))}
.figures>*{min-width:0;max-width:520px}
.plot{display:block;width:100%;height:auto;max-width:440px;font-size:11px;font-variant-numeric:tabular-nums;overflow:visible}
.plot text{white-space:pre}
.pixels{display:block;image-rendering:pixelated}
.maps{width:100%;height:auto}
.maps.single,.sample{max-width:180px}
.sample img{width:100%;height:auto}
.bars{margin:20px 0 28px}
.panels{display:flex;flex-wrap:wrap;gap:20px 24px;margin:16px 0}
.panels figure{flex:0 1 auto;width:150px}
.panels b{display:block;color:var(--ink);font-weight:500}
.gridding{display:flex;flex-wrap:wrap;gap:12px 32px;align-items:center;margin:10px 0 28px}
.gridding>:last-child{flex:1 1 300px}
.gridding p:last-child{margin-bottom:0}
.gridding .panels{margin:0}
.panels figure.long{width:300px;max-width:100%}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(112px,1fr));gap:22px 16px;margin:16px 0 0;padding:0;list-style:none}
.tiles img{width:100%;height:auto;max-width:140px}
.tiles figcaption{color:var(--ink);margin-top:4px;max-width:140px}
.tiles .note{display:block;color:var(--muted);font-size:12px}
.bar{display:block;height:3px;margin:4px 0 0;max-width:140px;background:var(--line)}
.bar i{display:block;height:3px;background:var(--wrong)}
.legend{display:flex;align-items:center;gap:6px;font-size:13px}
.key{display:inline-block;width:26px;height:0;border-top:3px solid;vertical-align:middle}
.key.training{border-color:var(--training);border-top-style:dashed}
.key.validation{border-color:var(--validation);margin-left:14px}
.key.positive,.key.negative{width:12px;height:12px;border:0;margin:0 4px 0 2px;background:var(--positive);vertical-align:-1px}
.key.negative{background:var(--negative)}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;width:100%}
caption{text-align:left;color:var(--muted);padding-bottom:8px}
th,td{padding:5px 0 5px 16px;text-align:right;vertical-align:top;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child{padding-left:0;text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:7em}
th{font-weight:500}
thead th{color:var(--muted);vertical-align:bottom}
.epochs th{white-space:normal;min-width:0}
th small{display:block}
tbody img,tbody .plot{width:56px;height:auto;margin-bottom:4px}
tfoot th,tfoot td{font-weight:650;border-bottom:0}
.twin{color:var(--muted);font-weight:400}
.twins .own,.twins .twin{display:inline-block;min-width:7.2em}
.origin{display:grid;grid-template-columns:minmax(110px,max-content) 1fr;gap:6px 20px;margin:0;max-width:60em}
.origin dt{color:var(--muted)}
.origin dd{margin:0;min-width:0;overflow-wrap:anywhere}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{margin:0 0 16px;padding:12px 14px;background:var(--panel);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere}
.flag{white-space:nowrap}
details{margin:16px 0}
summary{cursor:pointer;padding:4px 0;color:var(--training)}
footer{color:var(--muted);font-size:13px;padding-top:36px;padding-bottom:36px}
@media (max-width:640px){
body{font-size:16px}h1{font-size:25px}main,header,footer{padding-left:16px;padding-right:16px}header{padding-top:22px}
section{padding-top:26px;margin-top:28px}.facts{grid-template-columns:1fr 1fr;gap:14px 16px}.facts dd{font-size:21px}
th,td{padding-left:10px}.origin{grid-template-columns:minmax(84px,32%) 1fr;gap:4px 14px}.kind{display:none}nav a{padding:6px 0}
.tiles{grid-template-columns:repeat(auto-fill,minmax(104px,1fr))}.layers{grid-template-columns:1fr 1fr;gap:22px 14px}.layers h3{font-size:14px}.layers .answer{grid-column:1/-1}
}
@media print,(max-width:640px){.twins .own,.twins .twin{display:block;min-width:0}}
@media print{
@page{margin:14mm}
:root{--paper:#fff}
body{font-size:10.5pt}nav,details{display:none}main,header,footer{max-width:none;padding:0}
.facts{grid-template-columns:repeat(5,1fr)}.tiles{grid-template-columns:repeat(6,1fr)}footer{padding-top:16px}
section{break-inside:auto;margin-top:20px;padding-top:16px}h2,h2+p,h3{break-after:avoid}figure,tr,.facts,.gridding{break-inside:avoid}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`.trim();

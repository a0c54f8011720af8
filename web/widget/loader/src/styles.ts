/** The launcher and the panel. The shop's rules end at the shadow root; `!important` keeps them off the host as well. */
export const MODAL = "(max-width:480px),(max-height:480px)";

export const STYLES = `
:host{all:initial!important;position:fixed!important;z-index:2147483000!important;--s:env(safe-area-inset-bottom,0px)}
button{all:unset;width:56px;height:56px;background:var(--a,#4353d0);color:var(--i,#fff);box-shadow:0 2px 6px #0002,0 8px 24px #0003;cursor:pointer}
button,div{position:fixed;bottom:calc(20px + var(--s));inset-inline-end:20px;border-radius:28px;transition:.16s}
.start>*{inset-inline:20px auto}
button:hover{transform:scale(1.05)}
button:focus-visible{outline:3px solid var(--a,#4353d0);outline-offset:3px}
svg{position:absolute;inset:14px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round;transition:.16s}
svg+svg,.open svg{opacity:0}
.open svg+svg{opacity:1}
b{position:absolute;top:-3px;right:-3px;min-width:10px;padding:0 6px;border-radius:11px;background:#c62f38;color:#fff;font:600 13px/22px system-ui;text-align:center}
b:empty,.open b{display:none}
div{bottom:calc(90px + var(--s));width:400px;height:min(720px,100vh - 110px);height:min(720px,100dvh - 110px);overflow:hidden;border-radius:20px;background:light-dark(#fff,#18181b);box-shadow:0 0 0 1px #0001,0 12px 48px #0004;visibility:hidden;opacity:0;transform:translateY(12px);scroll-padding:env(safe-area-inset-top,0px) 0 var(--s)}
.open div{visibility:visible;opacity:1;transform:none;transition-property:opacity,transform}
div::before{position:absolute;inset:calc(50% - 14px);border:3px solid #8885;border-top-color:var(--a,#4353d0);border-radius:50%;animation:t .8s linear infinite;content:""}
iframe{position:relative;width:100%;height:100%;border:0;opacity:0}
.ready iframe{opacity:1}
@keyframes t{to{transform:rotate(1turn)}}
@media ${MODAL}{div{inset:0!important;width:100%;height:100%;border-radius:0}.open.ready button{visibility:hidden}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{*{display:none!important}}
`;

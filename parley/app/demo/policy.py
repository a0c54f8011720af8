"""What the demo store promises: the same as its help page, as a policy; and how its portal sends codes."""

from typing import Any
from uuid import UUID

from parley.accounts.mailer import SmtpMailer
from parley.commerce.actions.policies import publish_policy, save_draft
from parley.commerce.policies.defaults import default_reasons
from parley.commerce.policies.terms import (
    Amounts,
    Charge,
    Clause,
    Processing,
    Returns,
    ShippingOption,
    Terms,
)
from parley.commerce.portal import codes
from parley.kit.runtime import Runtime

EUROPEAN_UNION = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT",
    "NL", "PL", "PT", "RO", "SE", "SI", "SK",
]  # fmt: skip
EUROPE = [*EUROPEAN_UNION, "AD", "CH", "GB", "IS", "LI", "MC", "NO", "SM", "VA"]
ELSEWHERE = ["*", *(f"-{code}" for code in (*EUROPE, "BR"))]
# Public holidays of Slovenia that fall on working days.
HOLIDAYS = [
    "2026-01-01", "2026-01-02", "2026-04-06", "2026-04-27", "2026-05-01", "2026-06-25", "2026-12-25", "2027-01-01",
    "2027-02-08", "2027-03-29", "2027-04-27", "2027-06-25", "2027-11-01",
]  # fmt: skip
SENDER = "Alder & Pine <hello@alderandpine.example>"
ADDRESS = {
    "name": "Alder & Pine",
    "company": "Returns",
    "line1": "Jelševa ulica 12",
    "postcode": "1099",
    "city": "Ljubljana",
    "country": "SI",
}


def build_terms() -> Terms:
    """Gives the policy of Alder & Pine."""
    return Terms(
        currency="EUR",
        languages=["en", "pt-BR"],
        processing=Processing(
            least=0, most=1, cutoff="14:00", time_zone="Europe/Ljubljana", holidays=HOLIDAYS
        ),
        shipping=_shipping(),
        charges=_charges(),
        returns=Returns(
            window=30,
            exchange_window=30,
            final=["gift-card"],
            reasons=default_reasons(),
            resolutions=["refund", "exchange", "store_credit"],
            label="shop",
            label_fee=490,
            by_itself=15_000,
            refund_when="received",
            inspect=True,
            free_days={"BR": 7},
            grams=900,
            address=ADDRESS,
            other_currencies=[Amounts(currency="BRL", label_fee=1_990, by_itself=90_000)],
        ),
        clauses=_clauses(),
    )


def _shipping() -> list[ShippingOption]:
    standard = {"en": "Standard", "pt-BR": "Padrão"}
    express = {"en": "Express", "pt-BR": "Expresso"}
    return [
        ShippingOption(
            code="standard", name=standard, countries=EUROPE, least=2, most=4, cost=590, free_from=9_000
        ),
        ShippingOption(
            code="standard_world",
            name=standard,
            countries=ELSEWHERE,
            least=6,
            most=12,
            cost=590,
            free_from=9_000,
            military=True,
        ),
        ShippingOption(
            code="express", name=express, countries=EUROPE, least=1, most=1, cost=1_690, po_boxes=False
        ),
        ShippingOption(
            code="express_world",
            name=express,
            countries=ELSEWHERE,
            least=3,
            most=5,
            cost=1_690,
            po_boxes=False,
        ),
        ShippingOption(
            code="pickup",
            name={"en": "Collect in Ljubljana", "pt-BR": "Retirar em Liubliana"},
            countries=["SI"],
            least=0,
            most=0,
            pickup=True,
        ),
        ShippingOption(
            code="pac",
            name={"en": "PAC", "pt-BR": "PAC"},
            countries=["BR"],
            least=5,
            most=9,
            cost=2_490,
            free_from=45_000,
            currency="BRL",
        ),
        ShippingOption(
            code="sedex",
            name={"en": "SEDEX", "pt-BR": "SEDEX"},
            countries=["BR"],
            least=2,
            most=4,
            cost=4_490,
            currency="BRL",
        ),
    ]


def _charges() -> list[Charge]:
    return [
        Charge(
            code="union",
            countries=list(EUROPEAN_UNION),
            paid_by="shop",
            text={
                "en": "Parcels within the European Union arrive with all taxes paid.",
                "pt-BR": "Dentro da União Europeia, o pacote chega com todos os impostos pagos.",
            },
        ),
        Charge(
            code="brazil",
            countries=["BR"],
            paid_by="shop",
            text={
                "en": "Orders to Brazil come from our Brazilian shop, without any customs.",
                "pt-BR": "Pedidos para o Brasil saem da nossa loja brasileira, sem alfândega.",
            },
        ),
        Charge(
            code="customs",
            countries=["*", *(f"-{code}" for code in (*EUROPEAN_UNION, "BR"))],
            paid_by="customer",
            text={
                "en": "Customs may ask for duty and tax; we declare the true value and cannot know the amount in advance.",
                "pt-BR": "A alfândega pode cobrar imposto; declaramos o valor real e não sabemos a quantia com antecedência.",
            },
        ),
    ]


def _clauses() -> list[Clause]:
    return [
        Clause(
            code="delivery-late",
            title={"en": "When a parcel is late", "pt-BR": "Quando o pacote atrasa"},
            text={
                "en": "A parcel is late when it has not arrived two working days after the time above. Tell us then and we "
                "ask the carrier; if it cannot be found within five working days we send it again or refund you, as you "
                "like.",
                "pt-BR": "O pacote está atrasado quando não chegou dois dias úteis depois do prazo acima. Avise e cobramos "
                "a transportadora; se não for achado em cinco dias úteis, enviamos de novo ou devolvemos o dinheiro, como "
                "preferir.",
            },
        ),
        Clause(
            code="return-condition",
            title={"en": "What can come back", "pt-BR": "O que pode voltar"},
            text={
                "en": "Anything unused, with its tags, for whatever reason. Gift cards and opened socks are the exceptions.",
                "pt-BR": "O que não foi usado, com etiqueta, seja qual for o motivo. As exceções são cartões-presente e "
                "meias abertas. O direito de arrependimento de sete dias vale sempre, sem custo.",
            },
        ),
        Clause(
            code="return-money",
            title={"en": "When your money is back", "pt-BR": "Quando o dinheiro volta"},
            text={
                "en": "We check the parcel within three working days of its arrival. Refunds go back the way you paid "
                "within five working days after that; some banks need a few days more to show it. Exchanges leave as soon "
                "as the label has been scanned.",
                "pt-BR": "Conferimos o pacote em até três dias úteis depois que chegar. O reembolso volta pelo mesmo meio "
                "de pagamento em até cinco dias úteis depois disso; no cartão, pode aparecer só na fatura seguinte. A troca "
                "sai assim que o código for bipado na agência.",
            },
        ),
    ]


async def add_policy(runtime: Runtime, workspace_id: UUID) -> None:
    """Publishes the policy at the first start; one that somebody has written since stays."""
    async with runtime.ctx(workspace_id) as ctx:
        if not await ctx.tx.fetchval(
            "SELECT true FROM policies WHERE workspace_id = $1 LIMIT 1", workspace_id
        ):
            await publish_policy(ctx, await save_draft(ctx, None, build_terms(), "As the help page says it."))


def bind_codes(runtime: Runtime) -> None:
    """Lets the portal's codes arrive in the customers' mailbox, where everything for them arrives."""
    mailbox: Any = runtime.parts.get("demo_mailbox")
    if mailbox is None:
        return
    mailer = SmtpMailer(f"smtp://127.0.0.1:{mailbox.port}", SENDER, runtime.clock)

    async def send(_runtime: Runtime, code: codes.Code) -> None:
        await mailer.send(codes.build_code_mail(code))

    runtime.parts[codes.PART] = send
